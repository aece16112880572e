// NumPy's array files (numpy.lib.format, versions 1 to 3): magic, version, header length, a Python dict as text, values.
import { ConfigError, FormatError, formatShape, type Shape, sizeOf } from '@nablajs/tensor';
import type { TypedArray } from '../dataset/column.ts';
import { ELEMENT_TYPES, elementTypeOf, readElements } from './elements.ts';

/** What an NPY file holds: values row-major, and their shape. */
export interface NpyArray {
  readonly data: TypedArray;
  readonly shape: Shape;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const HEADER = /^\{\s*'descr':\s*'([^']+)',\s*'fortran_order':\s*(True|False),\s*'shape':\s*\(([^)]*)\),?\s*\}\s*$/;

/**
 * Reads an NPY file: booleans, whole numbers up to 32 bits, 64-bit ones that fit a double exactly, float16, float32 and
 * float64, of either byte order; arrays in Fortran order are brought into row-major order.
 * @param name what the messages call the file
 * @throws FormatError when the file is damaged or holds something else, such as objects
 * @example const { data, shape } = parseNpy(await readFile('digits.npy'));
 */
export function parseNpy(bytes: Uint8Array, name: string = 'NPY data'): NpyArray {
  const { header, start } = readHeader(bytes, name);
  const found = HEADER.exec(header);
  if (!found) throw new FormatError(`${name}: not an NPY file Nabla reads: its header is ${JSON.stringify(header)}.`);
  const [, descr, fortran, sizes] = found;
  const shape = readShape(sizes!, name);
  const element = elementTypeOf(descr!);
  if (!element) {
    throw new FormatError(
      `${name}: holds values of type '${descr}'. Save them as numbers in NumPy first: np.save(file, x.astype('float32')).`,
    );
  }
  const count = sizeOf(shape);
  const expected = start + count * element.type.bytes;
  if (bytes.length !== expected) {
    throw new FormatError(
      `${name}: the header declares ${formatShape(shape)} of '${descr}', which takes ${expected} bytes in all; the file has ` +
        `${bytes.length}. It may be cut off.`,
    );
  }
  const data = readElements(bytes.subarray(start), element, count, name);
  return { data: fortran === 'True' ? rowMajor(data, shape) : data, shape };
}

/**
 * An array as an NPY file that `numpy.load` reads.
 * @throws ConfigError when shape and number of values disagree
 */
export function writeNpy({ data, shape }: NpyArray): Uint8Array {
  if (sizeOf(shape) !== data.length) {
    throw new ConfigError(`writeNpy: ${data.length} values do not fill ${formatShape(shape)}.`);
  }
  const descr = ELEMENT_TYPES.find(({ array }) => data instanceof array)?.code ?? 'u1';
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const order = descr.endsWith('1') ? '|' : '<';
  const text = `{'descr': '${order}${descr}', 'fortran_order': False, 'shape': (${sizes}), }`;
  // Values begin at a multiple of 64 bytes.
  const padded = `${text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11)}\n`;
  const bytes = new Uint8Array(10 + padded.length + data.byteLength);
  bytes.set([...MAGIC, 1, 0, padded.length & 255, padded.length >> 8]);
  bytes.set(new TextEncoder().encode(padded), 10);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 10 + padded.length);
  return bytes;
}

function readHeader(bytes: Uint8Array, name: string): { readonly header: string; readonly start: number } {
  if (bytes.length < 12 || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw new FormatError(`${name}: not an NPY file: it does not begin as numpy.save writes them.`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6]!;
  if (version < 1 || version > 3) {
    throw new FormatError(`${name}: is of NPY version ${version}; versions 1 to 3 are known.`);
  }
  const [length, from] = version === 1 ? [view.getUint16(8, true), 10] : [view.getUint32(8, true), 12];
  if (from + length > bytes.length) {
    throw new FormatError(`${name}: the header takes ${from + length} bytes; the file has ${bytes.length}.`);
  }
  return { header: new TextDecoder().decode(bytes.subarray(from, from + length)), start: from + length };
}

function readShape(text: string, name: string): Shape {
  const shape = text
    .split(',')
    .map((size) => size.trim())
    .filter((size) => size !== '')
    .map((size) => (/^\d+$/.test(size) ? Number(size) : Number.NaN));
  if (shape.every(Number.isSafeInteger) && Number.isSafeInteger(sizeOf(shape) * 8)) return shape;
  throw new FormatError(`${name}: (${text}) is no shape of an array.`);
}

/** From first-axis-fastest to last-axis-fastest. */
function rowMajor(data: TypedArray, shape: Shape): TypedArray {
  const out = data.slice();
  const index = shape.map(() => 0);
  for (let to = 0; to < out.length; to++) {
    let from = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) from = from * shape[axis]! + index[axis]!;
    out[to] = data[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = index[axis]! + 1;
      if (index[axis]! < shape[axis]!) break;
      index[axis] = 0;
    }
  }
  return out;
}
