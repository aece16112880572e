// Rows of a CSV or Parquet file as training data, and what a model learnt about its columns, kept beside it.
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Dataset, type Frame, TableEncoder } from '@nablajs/data';
import { readCsvFile, readParquetFile } from '@nablajs/data/node';
import { ConfigError, FormatError, RandomStream, type Tensor } from '@nablajs/tensor';
import type { Goal, Part, TrainingData } from './training-data.ts';

/** The file beside a model that says how rows become its inputs. */
export const TABLE_FILE = 'table.json';

/** Which column of which file is to be learnt. */
export interface TableRequest {
  readonly path: string;
  readonly target: string;
  /** Columns to leave out. */
  readonly ignore: readonly string[];
  /** Share of the rows kept for testing. */
  readonly testShare: number;
  /** Which rows those are. */
  readonly seed: number;
}

/** Whether a path names a table. */
export function isTable(path: string): boolean {
  return /\.(csv|tsv|txt|parquet)$/i.test(path);
}

/** Reads a table; what it is, its name tells. */
export function readTable(path: string): Promise<Frame> {
  return /\.parquet$/i.test(path) ? readParquetFile(path) : readCsvFile(path);
}

/**
 * Reads a table and parts its rows, except those without a target, at random into training and test rows. Columns are encoded as the training rows suggest.
 * @throws ConfigError for an unknown target, or when a part would be empty; FormatError when the file is none
 */
export async function loadTable({ path, target, ignore, testShare, seed }: TableRequest): Promise<TrainingData> {
  const frame = labelledRows(path, await readTable(path), target);
  const order = new RandomStream(seed).permutation(frame.rows);
  const held = Math.round(frame.rows * testShare);
  if (held < 1 || held >= frame.rows) {
    throw new ConfigError(
      `${path}: ${testShare} of ${frame.rows} rows leaves nothing to ${held < 1 ? 'test' : 'train'} on.`,
    );
  }
  const [test, train] = [frame.take(order.slice(0, held)), frame.take(order.slice(held))];
  const encoder = within(path, () => TableEncoder.fit(train, { target, ignore }));
  return {
    name: basename(path),
    noun: 'rows',
    inputShape: [encoder.width],
    goal: goalOf(encoder),
    train: await partOf(path, encoder, train),
    test: await partOf(path, encoder, test),
    companions: { [TABLE_FILE]: `${JSON.stringify(encoder, null, 2)}\n` },
  };
}

/** All rows of a table, as a model that was trained on one sees them. */
export async function tableForModel(
  model: string,
  path: string,
): Promise<Pick<TrainingData, 'goal' | 'noun' | 'test'>> {
  const encoder = await encoderOf(model);
  const frame = labelledRows(path, await readTable(path), encoder.encoding.target.name);
  return { goal: goalOf(encoder), noun: 'rows', test: await partOf(path, encoder, frame) };
}

/** What a model learnt about the columns of its table. Throws ConfigError when it was not trained on one. */
export async function encoderOf(model: string): Promise<TableEncoder> {
  const path = join(dirname(model), TABLE_FILE);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new ConfigError(
      `${model}: there is no ${TABLE_FILE} beside the model, which says how rows become its inputs. ` +
        'nabla train writes it with a model that it trains on a table; keep both files together.',
      { cause },
    );
  }
  try {
    return new TableEncoder(JSON.parse(text));
  } catch (cause) {
    throw new FormatError(`${path}: is damaged (${(cause as Error).message}).`, { cause });
  }
}

/** What is predicted. */
export function goalOf(encoder: TableEncoder): Goal {
  const { classes } = encoder;
  if (classes) return { kind: 'class', classes };
  return { kind: 'number', name: encoder.encoding.target.name, decode: (value) => encoder.decode(value) };
}

/** The rows that say what is to be predicted. */
function labelledRows(path: string, frame: Frame, target: string): Frame {
  const { values } = within(path, () => frame.column(target));
  const isKnown = (row: number): boolean => values[row] !== null && !Number.isNaN(values[row]);
  return frame.take(Array.from({ length: frame.rows }, (_, row) => row).filter(isKnown));
}

async function partOf(path: string, encoder: TableEncoder, frame: Frame): Promise<Part> {
  const truth = within(path, () => encoder.targets(frame));
  await truth.load();
  const rows = Uint32Array.from({ length: frame.rows }, (_, row) => row);
  return {
    count: frame.rows,
    truth: await truth.gather(rows).data(),
    samples: within(path, () => encoder.dataset(frame)) as Dataset<Tensor, Tensor>,
  };
}

/** Names the file in errors about its columns. */
function within<T>(path: string, f: () => T): T {
  try {
    return f();
  } catch (error) {
    if (error instanceof ConfigError) throw new ConfigError(`${path}: ${error.detail}`, { cause: error });
    throw error;
  }
}
