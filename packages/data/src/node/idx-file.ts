import type { IdxArray } from '../idx/format.ts';
import { readIdx } from '../idx/read.ts';
import { fileBytes } from './read.ts';

/**
 * Reads an IDX file from disk, gzip-compressed or not.
 * @throws FormatError naming the file, when it cannot be read or is not IDX
 * @example const { data, shape } = await readIdxFile('data/t10k-images-idx3-ubyte.gz')
 */
export async function readIdxFile(path: string): Promise<IdxArray> {
  return await readIdx(await fileBytes(path, 'readIdxFile'), path);
}
