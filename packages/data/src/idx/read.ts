import { FormatError, formatShape } from '@nablajs/tensor';
import type { IdxArray } from './format.ts';
import { inflate, isGzip } from './gzip.ts';
import { type IdxHeader, LONGEST_HEADER, readHeader } from './header.ts';

/**
 * Reads an IDX file, the format of MNIST and its relatives.
 *
 * Sizes are checked against the bytes that are there before anything is allocated.
 * @param bytes the whole file, uncompressed
 * @param name what the messages call the file
 * @throws FormatError when the header is not IDX, or the file is shorter or longer than it declares
 * @example const { data, shape } = parseIdx(await readFile('t10k-labels-idx1-ubyte')) // Uint8Array, [10000]
 */
export function parseIdx(bytes: Uint8Array, name: string = 'IDX data'): IdxArray {
  const header = readHeader(bytes, name);
  if (bytes.length !== header.fileSize) throw wrongLength(header, `has ${bytes.length}`, name);

  const { type, shape, elementCount, dataStart } = header;
  const data = new type.array(elementCount);
  if (data instanceof Uint8Array) {
    data.set(bytes.subarray(dataStart));
    return { data, shape };
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + dataStart);
  for (let i = 0; i < elementCount; i++) data[i] = type.read(view, i * data.BYTES_PER_ELEMENT);
  return { data, shape };
}

/**
 * Reads an IDX file that may be gzip-compressed, as MNIST is distributed; both kinds are told apart by their first bytes.
 * Decompression stops as soon as more comes out than the header declares.
 * @throws FormatError as {@link parseIdx}, and when the compressed data is damaged
 */
export async function readIdx(bytes: Uint8Array, name: string = 'IDX data'): Promise<IdxArray> {
  if (!isGzip(bytes)) return parseIdx(bytes, name);
  let header: IdxHeader | undefined;
  const inflated = await inflate(bytes, name, (soFar, size) => {
    if (header === undefined && size >= LONGEST_HEADER) header = readHeader(soFar(), name);
    if (header !== undefined && size > header.fileSize) throw wrongLength(header, `is longer`, name);
  });
  return parseIdx(inflated, name);
}

function wrongLength({ shape, fileSize }: IdxHeader, found: string, name: string): FormatError {
  return new FormatError(
    `${name}: the header declares ${formatShape(shape)}, which takes ${fileSize} bytes in all; the file ${found}. ` +
      'It may be cut off or not what its name says: fetch it again.',
  );
}
