import { FormatError } from '@nablajs/tensor';
import { columnFrom, Frame, type FrameColumn } from '../frame/frame.ts';

/** Options of {@link readCsv}. */
export interface CsvOptions {
  /** Whether the first line names the columns; or the names. Default `true`. */
  readonly header?: boolean | readonly string[];
  /** What separates cells. Default: found out. */
  readonly delimiter?: string;
  /** Cells that mean a gap, besides empty ones. Default `NA`, `N/A`, `NaN`, `nan`, `null`, `NULL`, `?`. */
  readonly missing?: readonly string[];
  /** Columns to read as text although they look like numbers, such as postal codes. Default none. */
  readonly text?: readonly string[];
}

const MISSING = ['NA', 'N/A', 'NaN', 'nan', 'null', 'NULL', '?'];
/** Longer digits are names such as `00123` only when a zero leads. */
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/**
 * Reads a CSV file (RFC 4180: quoted cells, also with line breaks). A column in which every cell is a number becomes one of
 * numbers, any other one of text.
 * @param source the text, or its bytes in UTF-8
 * @param name what the messages call the file
 * @throws FormatError naming the line whose number of cells is wrong, or a quote that is never closed; for what is no text
 * @example const iris = await readCsv(await readFile('iris.csv'));
 */
export async function readCsv(
  source: string | Uint8Array,
  { header = true, delimiter = '', missing = MISSING, text = [] }: CsvOptions = {},
  name: string = 'CSV data',
): Promise<Frame> {
  const { default: papa } = await import('papaparse');
  const content = typeof source === 'string' ? source : new TextDecoder().decode(source);
  if (content.includes('\0')) {
    throw new FormatError(
      `${name}: is no CSV file in UTF-8: it holds bytes that no such text has. Unpack it, save it as UTF-8, or read Parquet ` +
        'with readParquet.',
    );
  }
  const { data, errors } = papa.parse<string[]>(content.replace(/^\uFEFF/, ''), {
    delimiter,
    skipEmptyLines: 'greedy',
  });
  const broken = errors.find(({ type }) => type === 'Quotes');
  if (broken) throw new FormatError(`${name}: row ${(broken.row ?? 0) + 1}: ${broken.message}.`);
  if (data.length === 0) throw new FormatError(`${name}: is empty.`);
  const names = columnNames(data, header, name);
  const rows = header === true ? data.slice(1) : data;
  const odd = rows.findIndex((row) => row.length !== names.length);
  if (odd >= 0) {
    throw new FormatError(
      `${name}: row ${odd + (header === true ? 2 : 1)} has ${rows[odd]!.length} cells, expected ${names.length} (${preview(names)}).`,
    );
  }
  const gaps = new Set(['', ...missing]);
  const read = (at: number): FrameColumn => {
    const cells = rows.map((row) => row[at]!.trim()).map((cell) => (gaps.has(cell) ? null : cell));
    const isText = text.includes(names[at]!) || cells.some((cell) => cell !== null && !NUMBER.test(cell));
    return isText
      ? { kind: 'text', values: cells }
      : columnFrom(cells.map((cell) => (cell === null ? null : Number(cell))));
  };
  return new Frame(new Map(names.map((column, at) => [column, read(at)])));
}

function columnNames(data: readonly string[][], header: boolean | readonly string[], file: string): readonly string[] {
  const names =
    header === true
      ? data[0]!.map((name) => name.trim())
      : header === false
        ? data[0]!.map((_, i) => `column${i + 1}`)
        : header;
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new FormatError(`${file}: two columns are called '${twice}'. Rename one.`);
  return names;
}

function preview(names: readonly string[]): string {
  return names.length > 4 ? `${names.slice(0, 4).join(', ')}, ...` : names.join(', ');
}
