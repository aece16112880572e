// What tells a damaged file from a whole one.
import { crc32 } from './crc32.ts';
import type { StoredTensor } from './safetensors.ts';
import { storedBytes } from './stored-bytes.ts';

/** CRC-32 of a file: over the JSON that describes it, then each tensor's name, dtype, shape and bytes. */
export function checksumOf(json: string, tensors: ReadonlyMap<string, StoredTensor>): string {
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [encoder.encode(json)];
  for (const [name, { dtype, shape, data }] of tensors) {
    parts.push(encoder.encode(`${name} ${dtype} ${shape.join(',')}`), storedBytes(dtype, data));
  }
  return crc32(...parts)
    .toString(16)
    .padStart(8, '0');
}
