// The data a data set is made from: columns of equally many rows.
import {
  ConfigError,
  DTypeError,
  fromData,
  isRecord,
  isTensor,
  mapTree,
  NablaError,
  type NestedArray,
  ShapeError,
  type Tensor,
  tensor,
} from '@nablajs/tensor';
import type { Batch } from './batch.ts';
import { Column, column, type TypedArray } from './column.ts';
import { columnOfTensor } from './tensor-column.ts';

/** Columns in the arrays and records they were given in. */
export interface Table {
  readonly rows: number;
  /** Must have resolved before `gather`. */
  load(): Promise<void>;
  /** The named rows of every column. */
  gather(indices: Uint32Array): Batch;
}

/** What {@link tableOf} takes; see `Dataset.from`. */
export interface TableParts {
  readonly x: unknown;
  readonly y?: unknown;
  readonly sampleWeight?: unknown;
}

/** Reads arrays, tensors, columns, and arrays and records of them. Throws as `Dataset.from` says. */
export function tableOf(parts: TableParts): Table {
  const named: [string, Column][] = [];
  const add = (path: string, found: Column): Column => {
    named.push([path, found]);
    return found;
  };
  const x = columnsOf(parts.x, 'x', add);
  const y = parts.y === undefined ? undefined : columnsOf(parts.y, 'y', add);
  const weight = parts.sampleWeight === undefined ? undefined : columnOf(parts.sampleWeight, 'sampleWeight');
  if (weight) add('sampleWeight', weight);
  const rows = commonRows(named);
  const stack = (tree: unknown, indices: Uint32Array): unknown =>
    mapTree(tree, (leaf) => (leaf as Column).gather(indices));

  return {
    rows,
    async load() {
      await Promise.all(named.map(([, found]) => found.load()));
    },
    gather: (indices) => ({
      x: stack(x, indices) as Batch['x'],
      y: y === undefined ? undefined : (stack(y, indices) as Batch['y']),
      ...(weight && { sampleWeight: weight.gather(indices) }),
      size: indices.length,
    }),
  };
}

/** A list of numbers, of rows or of typed arrays is one array; a list of tensors, columns or records is several. */
function columnsOf(value: unknown, path: string, add: (path: string, found: Column) => Column): unknown {
  if (isRecord(value) || (Array.isArray(value) && value.some((item) => isBranch(item)))) {
    const entries = Array.isArray(value)
      ? value.map((item, i) => columnsOf(item, `${path}[${i}]`, add))
      : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, columnsOf(item, `${path}.${key}`, add)]));
    if (Object.keys(entries).length === 0) throw new ConfigError(`Dataset.from: ${path} is an empty record.`);
    return entries;
  }
  return add(path, columnOf(value, path));
}

function isBranch(value: unknown): boolean {
  return isTensor(value) || value instanceof Column || isRecord(value);
}

function columnOf(value: unknown, path: string): Column {
  if (value instanceof Column) return value;
  if (isTensor(value)) return columnOfTensor(withRows(value, path));
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return typedColumn(value as TypedArray, path);
  if (Array.isArray(value)) return columnOfTensor(withRows(nested(value, path), path));
  throw new ConfigError(
    `Dataset.from: ${path} is ${describe(value)}. Give nested or typed arrays, tensors, or records of them.`,
  );
}

function typedColumn(value: TypedArray, path: string): Column {
  if (typeof value[0] === 'bigint') {
    throw new ConfigError(`Dataset.from: ${path} is a ${value.constructor.name}. Convert it to an Int32Array.`);
  }
  // Engines compute in float32; who wants float64 says so with a tensor or a column.
  return column(value, [value.length], value instanceof Float64Array ? { dtype: 'float32' } : {});
}

function nested(value: unknown[], path: string): Tensor {
  if (value.length === 0) return fromData(new Float32Array(0));
  try {
    return tensor(value as NestedArray);
  } catch (error) {
    if (!(error instanceof NablaError)) throw error;
    const text = `Dataset.from: ${path}: ${error.detail.replace(/^tensor: /, '')}`;
    throw error instanceof DTypeError ? new DTypeError(text) : new ShapeError(text);
  }
}

function withRows(value: Tensor, path: string): Tensor {
  if (value.rank > 0) return value;
  throw new ShapeError(`Dataset.from: ${path} is a single number. Its first axis must count the samples.`);
}

function commonRows(named: readonly [string, Column][]): number {
  const [firstPath, first] = named[0]!;
  for (const [path, { rows }] of named) {
    if (rows !== first.rows) {
      throw new ShapeError(
        `Dataset.from: ${firstPath} has ${samples(first.rows)}, ${path} has ${rows}. ` +
          'Each needs one row per sample, along the first axis.',
      );
    }
  }
  if (first.rows === 0) throw new ConfigError(`Dataset.from: ${firstPath} is empty. Give at least one sample.`);
  return first.rows;
}

function samples(count: number): string {
  return count === 1 ? '1 sample' : `${count} samples`;
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return typeof value === 'object' ? `a ${value.constructor?.name ?? 'record'}` : `a ${typeof value}`;
}
