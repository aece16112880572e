import { FormatError } from '@nablajs/tensor';
import { columnFrom, Frame } from '../frame/frame.ts';

/** Options of {@link readParquet}. */
export interface ParquetOptions {
  /** Which columns to read. Default: all. */
  readonly columns?: readonly string[];
}

/**
 * Reads a Parquet file. Whole numbers of 64 bits and decimals become numbers, dates the milliseconds since 1970, everything
 * that is neither number nor truth value text.
 * @param name what the messages call the file
 * @throws FormatError when the file is damaged, or compressed in a way nobody reads
 * @example const flights = await readParquet(await readFile('flights.parquet'), { columns: ['delay', 'distance'] });
 */
export async function readParquet(
  bytes: Uint8Array,
  { columns }: ParquetOptions = {},
  name: string = 'Parquet data',
): Promise<Frame> {
  const [{ parquetReadObjects, parquetMetadataAsync, parquetSchema }, { compressors }] = await Promise.all([
    import('hyparquet'),
    import('hyparquet-compressors'),
  ]);
  const file = bytes.slice().buffer;
  try {
    const metadata = await parquetMetadataAsync(file);
    const all = parquetSchema(metadata).children.map(({ element }) => element.name);
    const names = columns ?? all;
    const unknown = names.find((column) => !all.includes(column));
    if (unknown !== undefined) {
      throw new FormatError(`${name}: has no column '${unknown}'. Its columns: ${all.join(', ')}.`);
    }
    const rows = await parquetReadObjects({ file, metadata, columns: [...names], compressors });
    return new Frame(new Map(names.map((column) => [column, columnFrom(rows.map((row) => cellOf(row[column])))])));
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    throw new FormatError(`${name}: cannot be read as Parquet (${(cause as Error).message}).`, { cause });
  }
}

function cellOf(value: unknown): number | string | boolean | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Date) return value.getTime();
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string') return value;
  return JSON.stringify(value);
}
