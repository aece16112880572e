import { type DType, type HostArray, halfBits } from '@nablajs/tensor';

/** The bytes by which a file holds values; not copied, but for float16. */
export function storedBytes(dtype: DType, data: HostArray): Uint8Array {
  const { buffer, byteOffset, byteLength } = dtype === 'float16' ? halfBits(data) : data;
  return new Uint8Array(buffer, byteOffset, byteLength);
}
