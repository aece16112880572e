// Cyclic redundancy checks: they find every single flipped bit. CRC-32 (ISO 3309, as in zip and PNG), and CRC-32C
// (Castagnoli, as in TFRecord files).

function tableOf(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    return crc >>> 0;
  });
}

function checksum(table: Uint32Array, parts: readonly Uint8Array[]): number {
  let crc = 0xffffffff;
  for (const part of parts) {
    for (let i = 0; i < part.length; i++) crc = table[(crc ^ part[i]!) & 0xff]! ^ (crc >>> 8);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

const ISO = tableOf(0xedb88320);

/** The checksum of several byte ranges as if they were one. */
export function crc32(...parts: readonly Uint8Array[]): number {
  return checksum(ISO, parts);
}

let castagnoli: Uint32Array | null = null;

/** The CRC-32C of several byte ranges as if they were one. */
export function crc32c(...parts: readonly Uint8Array[]): number {
  castagnoli ??= tableOf(0x82f63b78);
  return checksum(castagnoli, parts);
}
