// From samples, one by one, to batches: rows of any nesting, joined along a new first axis, padded where lengths differ.
import {
  ConfigError,
  type DType,
  formatShape,
  fromData,
  type HostArray,
  hostArray,
  isRecord,
  isTensor,
  type NestedArray,
  type Shape,
  ShapeError,
  sizeOf,
  type Tensor,
  tensor,
} from '@nablajs/tensor';
import type { Batch } from '../dataset/batch.ts';
import type { TypedArray } from '../dataset/column.ts';

/** One sample's numbers: a number, a list, nested lists, a typed array (one axis), or a tensor. */
export type Row = number | boolean | TypedArray | HostArray | NestedArray | Tensor;

/** One sample: what a model takes and gives, without a batch axis. Records are for several inputs or outputs. */
export interface StreamSample {
  readonly x: Row | Readonly<Record<string, Row>>;
  readonly y?: Row | Readonly<Record<string, Row>> | undefined;
  /** Default 1 where other samples have one. */
  readonly sampleWeight?: number | undefined;
}

type Stacked<T> = T extends Row ? Tensor : { readonly [K in keyof T]: Tensor };

/** The batches that samples of a type come in. */
export type StackedBatch<S extends StreamSample> = Batch<
  Stacked<S['x']>,
  S extends { readonly y: infer Y } ? Stacked<Y> : undefined
>;

/** Options of padding: what makes samples of different lengths fit into one batch. */
export interface PadOptions {
  /** Size of the first axis of every `x`: longer ones are cut at the end. Default: that of the longest in the batch. */
  readonly length?: number | undefined;
  /** What the gaps are filled with. Default 0. */
  readonly value?: number;
  /** Where the gaps are. Default `post`, after the values. */
  readonly side?: 'pre' | 'post';
}

/** One row on the host. */
interface HostRow {
  readonly data: ArrayLike<number>;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** Samples as one batch. With `pad`, the first axes of `x` may differ. `who` begins messages. */
export async function stackSamples<S extends StreamSample>(
  samples: readonly S[],
  pad: PadOptions | null,
  who: string = 'Stream.batch',
): Promise<StackedBatch<S>> {
  const part = (rows: readonly unknown[], name: string, padding: PadOptions | null): Promise<unknown> =>
    stackTree(rows, `${who}: a sample's ${name}`, padding);
  const x = await part(
    samples.map(({ x }) => x),
    'x',
    pad,
  );
  const y = samples.every(({ y }) => y === undefined)
    ? undefined
    : await part(
        samples.map(({ y }) => y),
        'y',
        null,
      );
  const weighted = samples.some(({ sampleWeight }) => sampleWeight !== undefined);
  const weights = Float32Array.from(samples, ({ sampleWeight = 1 }) => sampleWeight);
  const stacked = { x, y, ...(weighted && { sampleWeight: fromData(weights) }), size: samples.length };
  return stacked as StackedBatch<S>;
}

async function stackTree(rows: readonly unknown[], path: string, pad: PadOptions | null): Promise<unknown> {
  const [first] = rows;
  if (!isRecord(first)) return stackRows(await Promise.all(rows.map((row) => hostRow(row, path))), path, pad);
  const entries = Object.keys(first).map(async (key): Promise<[string, unknown]> => {
    const column = rows.map((row) => (isRecord(row) ? row[key] : undefined));
    return [key, await stackTree(column, `${path}.${key}`, pad)];
  });
  return Object.fromEntries(await Promise.all(entries));
}

function stackRows(rows: readonly HostRow[], path: string, pad: PadOptions | null): Tensor {
  const { dtype } = rows[0]!;
  const shape = commonShape(rows, path, pad);
  const size = sizeOf(shape);
  const out = hostArray(dtype, rows.length * size);
  if (pad?.value) out.fill(pad.value);
  for (const [i, row] of rows.entries()) {
    const kept = Math.min(row.data.length, size);
    const start = i * size + (pad?.side === 'pre' ? size - kept : 0);
    for (let j = 0; j < kept; j++) out[start + j] = row.data[j]!;
  }
  return fromData(out, [rows.length, ...shape], dtype);
}

function commonShape(rows: readonly HostRow[], path: string, pad: PadOptions | null): Shape {
  const { shape } = rows[0]!;
  const from = pad === null || shape.length === 0 ? 0 : 1;
  const odd = rows.find(
    (row) => row.shape.length !== shape.length || row.shape.slice(from).some((n, i) => n !== shape[i + from]),
  );
  if (odd) {
    throw new ShapeError(
      `${path} is ${formatShape(odd.shape)}, another's ${formatShape(shape)}. ` +
        'Make them equal in map, or let batch(size, { pad: {} }) fill up the first axis.',
    );
  }
  if (from === 0) return shape;
  const longest = Math.max(...rows.map((row) => row.shape[0]!));
  return [pad?.length ?? longest, ...shape.slice(1)];
}

async function hostRow(row: unknown, path: string): Promise<HostRow> {
  if (typeof row === 'number') return { data: [row], shape: [], dtype: 'float32' };
  if (typeof row === 'boolean') return { data: [Number(row)], shape: [], dtype: 'bool' };
  if (isTensor(row)) return { data: await row.data(), shape: row.shape, dtype: row.dtype };
  if (ArrayBuffer.isView(row) && !(row instanceof DataView)) {
    const data = row as TypedArray;
    const floating = data instanceof Float32Array || data instanceof Float64Array;
    return { data, shape: [data.length], dtype: floating ? 'float32' : 'int32' };
  }
  if (Array.isArray(row)) return hostRow(tensor(row as NestedArray), path);
  throw new ConfigError(
    `${path} is ${row === undefined ? 'missing' : `a ${typeof row}`}. ` +
      'Give numbers, nested or typed arrays, or tensors.',
  );
}
