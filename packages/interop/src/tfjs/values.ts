import { FormatError, halfToNumber } from '@nablajs/tensor';

/** One array in a manifest of TensorFlow.js. */
export interface WeightEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly quantization?: { readonly dtype: string; readonly scale?: number; readonly min?: number };
}

const WIDTHS: Readonly<Record<string, number>> = { float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2 };

/** Bytes per element. Throws FormatError for a kind of value that is none of numbers. */
export function widthOf(file: string, { name, dtype, quantization }: WeightEntry): number {
  const width = WIDTHS[quantization?.dtype ?? dtype];
  if (width !== undefined) return width;
  throw new FormatError(`${file}: '${name}' is stored as ${quantization?.dtype ?? dtype}, which Nabla does not read.`);
}

/** The values; quantized ones are `stored * scale + min`. */
export function valuesFrom({ dtype, quantization }: WeightEntry, bytes: Uint8Array): ArrayLike<number> {
  const stored = read(quantization?.dtype ?? dtype, bytes);
  const { scale, min } = quantization ?? {};
  return scale === undefined ? stored : Float32Array.from(stored, (value) => value * scale + (min ?? 0));
}

function read(dtype: string, { buffer }: Uint8Array): ArrayLike<number> {
  if (dtype === 'float32') return new Float32Array(buffer);
  if (dtype === 'int32') return new Int32Array(buffer);
  if (dtype === 'uint16') return new Uint16Array(buffer);
  if (dtype === 'float16') return Float32Array.from(new Uint16Array(buffer), halfToNumber);
  return new Uint8Array(buffer);
}
