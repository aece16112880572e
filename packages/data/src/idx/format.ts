// The IDX format of the MNIST files: two zero bytes, an element type, the number of axes, one 32-bit size per axis,
// then the elements; everything big-endian.

/** What an IDX file holds: values row-major in the typed array of their kind, and their shape. */
export interface IdxArray {
  readonly data: IdxData;
  /** Sizes per axis, outermost first; for images `[count, height, width]`, for labels `[count]`. */
  readonly shape: readonly number[];
}

/** The typed arrays an IDX file can hold. */
export type IdxData = Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;

interface ElementType {
  readonly code: number;
  readonly array: new (length: number) => IdxData;
  readonly read: (view: DataView, at: number) => number;
  readonly write: (view: DataView, at: number, value: number) => void;
}

/** Every element type the format knows, with how one element is read and written. */
export const ELEMENT_TYPES: readonly ElementType[] = [
  { code: 0x08, array: Uint8Array, read: (v, at) => v.getUint8(at), write: (v, at, x) => v.setUint8(at, x) },
  { code: 0x09, array: Int8Array, read: (v, at) => v.getInt8(at), write: (v, at, x) => v.setInt8(at, x) },
  { code: 0x0b, array: Int16Array, read: (v, at) => v.getInt16(at), write: (v, at, x) => v.setInt16(at, x) },
  { code: 0x0c, array: Int32Array, read: (v, at) => v.getInt32(at), write: (v, at, x) => v.setInt32(at, x) },
  { code: 0x0d, array: Float32Array, read: (v, at) => v.getFloat32(at), write: (v, at, x) => v.setFloat32(at, x) },
  { code: 0x0e, array: Float64Array, read: (v, at) => v.getFloat64(at), write: (v, at, x) => v.setFloat64(at, x) },
];
