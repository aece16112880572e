import { readFile } from 'node:fs/promises';
import { FormatError } from '@nablajs/tensor';

/** The bytes of a file. Throws FormatError naming it when it cannot be read. */
export async function fileBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new FormatError(`${path}: cannot be read (${(cause as NodeJS.ErrnoException).code ?? String(cause)}).`, {
      cause,
    });
  }
}
