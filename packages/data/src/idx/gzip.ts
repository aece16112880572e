import { FormatError, NablaError } from '@nablajs/tensor';

/** True for data that begins as gzip files do. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Decompresses gzip data chunk by chunk.
 * @param watch sees the size after each chunk, and on demand the bytes so far; what it throws stops the work
 * @throws FormatError when the data is damaged or cut off
 */
export async function inflate(
  bytes: Uint8Array,
  name: string,
  watch: (soFar: () => Uint8Array, size: number) => void,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = new Blob([bytes as BlobPart]).stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  try {
    for (let step = await reader.read(); !step.done; step = await reader.read()) {
      chunks.push(step.value);
      size += step.value.length;
      watch(() => joined(chunks, size), size);
    }
  } catch (cause) {
    // The stream may be broken already; what matters is that nothing more is decompressed.
    await reader.cancel().catch(() => {});
    if (cause instanceof NablaError) throw cause;
    throw new FormatError(
      `${name}: the gzip data is damaged or cut off (${(cause as Error).message}). Fetch it again.`,
      {
        cause,
      },
    );
  }
  return joined(chunks, size);
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
