// The element types of ONNX files, as what Nabla computes with: every float is float32, every whole number int32.
import { type DType, FormatError, type HostArray, halfToNumber, UnsupportedOpError } from '@nablajs/tensor';

/** How the elements of one type lie in a file. */
export interface StoredType {
  readonly name: string;
  readonly dtype: DType;
  /** Bytes of one element of raw data. */
  readonly bytes: number;
  /** The field that holds the elements where there is no raw data. */
  readonly field: 'floatData' | 'int32Data' | 'int64Data' | 'doubleData' | 'uint64Data';
  readonly read: (view: DataView, at: number) => number;
}

function whole(name: string, bytes: number, read: StoredType['read'], field: StoredType['field']): StoredType {
  return { name, dtype: 'int32', bytes, field, read };
}

/** By `TensorProto.DataType`. */
const TYPES: ReadonlyMap<number, StoredType> = new Map<number, StoredType>([
  [1, { name: 'float', dtype: 'float32', bytes: 4, field: 'floatData', read: (v, at) => v.getFloat32(at, true) }],
  [2, whole('uint8', 1, (v, at) => v.getUint8(at), 'int32Data')],
  [3, whole('int8', 1, (v, at) => v.getInt8(at), 'int32Data')],
  [4, whole('uint16', 2, (v, at) => v.getUint16(at, true), 'int32Data')],
  [5, whole('int16', 2, (v, at) => v.getInt16(at, true), 'int32Data')],
  [6, whole('int32', 4, (v, at) => v.getInt32(at, true), 'int32Data')],
  [7, whole('int64', 8, (v, at) => Number(v.getBigInt64(at, true)), 'int64Data')],
  [9, { name: 'bool', dtype: 'bool', bytes: 1, field: 'int32Data', read: (v, at) => Math.min(1, v.getUint8(at)) }],
  [
    10,
    {
      name: 'float16',
      dtype: 'float32',
      bytes: 2,
      field: 'int32Data',
      read: (v, at) => halfToNumber(v.getUint16(at, true)),
    },
  ],
  [11, { name: 'double', dtype: 'float32', bytes: 8, field: 'doubleData', read: (v, at) => v.getFloat64(at, true) }],
  [12, whole('uint32', 4, (v, at) => v.getUint32(at, true), 'uint64Data')],
  [13, whole('uint64', 8, (v, at) => Number(v.getBigUint64(at, true)), 'uint64Data')],
  [
    16,
    {
      name: 'bfloat16',
      dtype: 'float32',
      bytes: 2,
      field: 'int32Data',
      read: (v, at) => fromBrain(v.getUint16(at, true)),
    },
  ],
]);

/** Types that exist, but that Nabla has nothing for. */
const OTHERS: ReadonlyMap<number, string> = new Map([
  [8, 'string'],
  [14, 'complex64'],
  [15, 'complex128'],
  [17, 'float8e4m3fn'],
  [18, 'float8e4m3fnuz'],
  [19, 'float8e5m2'],
  [20, 'float8e5m2fnuz'],
  [21, 'uint4'],
  [22, 'int4'],
  [23, 'float4e2m1'],
]);

/**
 * A type by its number in files.
 * @param what has this type, for messages
 * @throws UnsupportedOpError for types that Nabla has nothing for, FormatError for numbers that are none
 */
export function storedType(code: number | undefined, what: string): StoredType {
  const type = TYPES.get(code ?? 0);
  if (type) return type;
  const other = OTHERS.get(code ?? 0);
  if (other) throw new UnsupportedOpError(`${what} has elements of type ${other}, which Nabla cannot compute with.`);
  throw new FormatError(`${what} has element type ${code ?? 0}, which is none.`);
}

/** A number as an element of a dtype. Beyond int32, where files write "to the end", is the nearest int32. */
export function put(values: HostArray, at: number, value: number): void {
  values[at] = values instanceof Int32Array ? Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, value)) : value;
}

const scratch = new DataView(new ArrayBuffer(4));

/** The number whose float32 begins with these 16 bits. */
function fromBrain(bits: number): number {
  scratch.setUint32(0, bits * 65536);
  return scratch.getFloat32(0);
}

/** A stored element of a field of 32-bit integers: the bits of a small float, or the number itself. */
export function fromField(type: StoredType, value: number | bigint): number {
  if (type.name === 'float16') return halfToNumber(Number(value) & 0xffff);
  if (type.name === 'bfloat16') return fromBrain(Number(value) & 0xffff);
  return type.dtype === 'bool' ? Number(Number(value) !== 0) : Number(value);
}
