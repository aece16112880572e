import { FormatError, halfToNumber } from '@nablajs/tensor';
import type { TypedArray } from '../dataset/column.ts';

interface ElementType {
  /** As in a header's `descr`, after the byte order. */
  readonly code: string;
  readonly array: new (length: number) => TypedArray;
  readonly bytes: number;
  readonly read: (view: DataView, at: number, little: boolean) => number;
}

/** The number types of NPY files; written are those whose array is their own. */
export const ELEMENT_TYPES: readonly ElementType[] = [
  { code: 'f4', array: Float32Array, bytes: 4, read: (v, at, little) => v.getFloat32(at, little) },
  { code: 'f8', array: Float64Array, bytes: 8, read: (v, at, little) => v.getFloat64(at, little) },
  { code: 'i1', array: Int8Array, bytes: 1, read: (v, at) => v.getInt8(at) },
  { code: 'i2', array: Int16Array, bytes: 2, read: (v, at, little) => v.getInt16(at, little) },
  { code: 'i4', array: Int32Array, bytes: 4, read: (v, at, little) => v.getInt32(at, little) },
  { code: 'u1', array: Uint8Array, bytes: 1, read: (v, at) => v.getUint8(at) },
  { code: 'u2', array: Uint16Array, bytes: 2, read: (v, at, little) => v.getUint16(at, little) },
  { code: 'u4', array: Uint32Array, bytes: 4, read: (v, at, little) => v.getUint32(at, little) },
  { code: 'b1', array: Uint8Array, bytes: 1, read: (v, at) => v.getUint8(at) },
  { code: 'f2', array: Float32Array, bytes: 2, read: (v, at, little) => halfToNumber(v.getUint16(at, little)) },
  { code: 'i8', array: Float64Array, bytes: 8, read: (v, at, little) => Number(v.getBigInt64(at, little)) },
  { code: 'u8', array: Float64Array, bytes: 8, read: (v, at, little) => Number(v.getBigUint64(at, little)) },
];

/** A type with its byte order. */
export interface Element {
  readonly type: ElementType;
  readonly little: boolean;
}

/** What a header's `descr` means, or `undefined`. */
export function elementTypeOf(descr: string): Element | undefined {
  const type = ELEMENT_TYPES.find(({ code }) => code === descr.slice(1));
  return type && '<>|='.includes(descr[0]!) ? { type, little: descr[0] !== '>' } : undefined;
}

/** The values, in the order of the file. */
export function readElements(bytes: Uint8Array, { type, little }: Element, count: number, name: string): TypedArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data = new type.array(count);
  for (let i = 0; i < count; i++) {
    const value = type.read(view, i * type.bytes, little);
    if (type.bytes === 8 && type.code !== 'f8' && !Number.isSafeInteger(value)) {
      throw new FormatError(`${name}: value ${i} is beyond 2^53, where doubles skip whole numbers.`);
    }
    data[i] = value;
  }
  return data;
}
