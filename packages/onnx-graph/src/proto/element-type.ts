// Element types of ONNX tensors, and which of Nabla's they are.
import { type DType, type HostArray, halfBits } from '@nablajs/tensor';

/** The element types that lowerings use: Nabla's own, and integers that only occur inside. */
export type ElementType = DType | 'int64' | 'uint64' | 'uint8';

/** Host values of any element type. */
export type ElementArray = HostArray | BigInt64Array | BigUint64Array;

interface Facts {
  /** `TensorProto.DataType`. */
  readonly code: number;
  readonly array: new (values: number) => ElementArray;
}

const FACTS: Readonly<Record<ElementType, Facts>> = {
  float32: { code: 1, array: Float32Array },
  uint8: { code: 2, array: Uint8Array },
  int32: { code: 6, array: Int32Array },
  int64: { code: 7, array: BigInt64Array },
  bool: { code: 9, array: Uint8Array },
  float16: { code: 10, array: Float32Array },
  float64: { code: 11, array: Float64Array },
  uint32: { code: 12, array: Uint32Array },
  uint64: { code: 13, array: BigUint64Array },
};

/** The number by which ONNX files name an element type. */
export function codeOf(type: ElementType): number {
  return FACTS[type].code;
}

/** Numbers as an array of an element type. */
export function elementArray(type: ElementType, values: readonly (number | bigint)[]): ElementArray {
  const array = new FACTS[type].array(values.length);
  const wide = array instanceof BigInt64Array || array instanceof BigUint64Array;
  values.forEach((value, i) => {
    (array as { [i: number]: number | bigint })[i] = wide ? BigInt(value) : Number(value);
  });
  return array;
}

/** The bytes by which files hold the elements of an array; not copied, but for float16. */
export function bytesOf(type: ElementType, array: ElementArray): Uint8Array {
  const { buffer, byteOffset, byteLength } = type === 'float16' ? halfBits(array as Float32Array) : array;
  return new Uint8Array(buffer, byteOffset, byteLength);
}
