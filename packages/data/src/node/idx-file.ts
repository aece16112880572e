import { readFile } from 'node:fs/promises';
import { FormatError } from '@nablajs/tensor';
import type { IdxArray } from '../idx/format.ts';
import { readIdx } from '../idx/read.ts';

/**
 * Reads an IDX file from disk, gzip-compressed or not.
 * @throws FormatError naming the file, when it cannot be read or is not IDX
 * @example const { data, shape } = await readIdxFile('data/t10k-images-idx3-ubyte.gz')
 */
export async function readIdxFile(path: string): Promise<IdxArray> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw new FormatError(`${path}: cannot be read (${(cause as NodeJS.ErrnoException).code ?? String(cause)}).`, {
      cause,
    });
  }
  return await readIdx(bytes, path);
}
