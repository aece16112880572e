// Tables with named columns: numbers or text, with gaps.
import { ConfigError, closest, ShapeError } from '@nablajs/tensor';
import { type Column, column } from '../dataset/column.ts';

/** Numbers of a table, NaN where one is missing. */
export interface NumberColumn {
  readonly kind: 'number';
  readonly values: Float64Array;
}

/** Words of a table, `null` where one is missing. */
export interface TextColumn {
  readonly kind: 'text';
  readonly values: readonly (string | null)[];
}

/** A column of a {@link Frame}. */
export type FrameColumn = NumberColumn | TextColumn;

/** A table in memory, as CSV and Parquet files hold them. Immutable: each method returns another one. */
export class Frame {
  readonly rows: number;
  readonly #columns: ReadonlyMap<string, FrameColumn>;

  /** @throws ShapeError when columns differ in length */
  constructor(columns: ReadonlyMap<string, FrameColumn>) {
    const [first] = columns;
    this.rows = first?.[1].values.length ?? 0;
    for (const [name, { values }] of columns) {
      if (values.length !== this.rows) {
        throw new ShapeError(`Frame: column '${first![0]}' has ${this.rows} rows, '${name}' has ${values.length}.`);
      }
    }
    this.#columns = columns;
  }

  /**
   * A table from lists of numbers or words; `null` and `undefined` are gaps.
   * @example Frame.from({ length: [5.1, 4.9], species: ['setosa', 'setosa'] })
   */
  static from(columns: Readonly<Record<string, ArrayLike<number | string | boolean | null | undefined>>>): Frame {
    return new Frame(new Map(Object.entries(columns).map(([name, values]) => [name, columnFrom(values)])));
  }

  /** Names of the columns, in order. */
  get names(): readonly string[] {
    return [...this.#columns.keys()];
  }

  /** A column by its name. Throws ConfigError for an unknown one, with the nearest there is. */
  column(name: string): FrameColumn {
    const found = this.#columns.get(name);
    if (found) return found;
    const near = closest(name, this.names);
    throw new ConfigError(
      `the table has no column '${name}'. ${near ? `Did you mean '${near}'? ` : ''}Its columns: ${this.names.join(', ')}.`,
    );
  }

  /** Only these columns, in this order. */
  select(names: readonly string[]): Frame {
    return new Frame(new Map(names.map((name) => [name, this.column(name)])));
  }

  /** All columns but these. */
  drop(names: readonly string[]): Frame {
    for (const name of names) this.column(name);
    return this.select(this.names.filter((name) => !names.includes(name)));
  }

  /**
   * The rows with these numbers, in this order.
   * @throws ConfigError for a row that is not there
   */
  take(indices: ArrayLike<number>): Frame {
    const rows = Array.from(indices);
    const odd = rows.find((row) => !(Number.isInteger(row) && row >= 0 && row < this.rows));
    if (odd !== undefined) throw new ConfigError(`Frame.take: there is no row ${odd} in a table of ${this.rows}.`);
    const pick = (found: FrameColumn): FrameColumn =>
      found.kind === 'number'
        ? { kind: 'number', values: Float64Array.from(rows, (row) => found.values[row]!) }
        : { kind: 'text', values: rows.map((row) => found.values[row]!) };
    return new Frame(new Map([...this.#columns].map(([name, found]) => [name, pick(found)])));
  }

  /** Rows without a gap in any column. */
  dropMissing(): Frame {
    const isWhole = (row: number): boolean =>
      [...this.#columns.values()].every(({ kind, values }) =>
        kind === 'number' ? !Number.isNaN(values[row]) : values[row] !== null,
      );
    return this.take(Array.from({ length: this.rows }, (_, row) => row).filter(isWhole));
  }

  /**
   * Columns of numbers side by side, float32 `[rows, names.length]`, for `Dataset.from`. Gaps stay NaN.
   * @param names default: all columns
   * @throws ConfigError for a column of text: a `TableEncoder` makes numbers of words
   */
  numbers(names: readonly string[] = this.names): Column {
    const data = new Float32Array(this.rows * names.length);
    for (const [i, name] of names.entries()) {
      const found = this.column(name);
      if (found.kind === 'text') {
        throw new ConfigError(`column '${name}' holds text. Leave it out, or let a TableEncoder make numbers of it.`);
      }
      for (let row = 0; row < this.rows; row++) data[row * names.length + i] = found.values[row]!;
    }
    return column(data, [this.rows, names.length]);
  }

  /** The first rows as lines of text, with their kinds. */
  toString(): string {
    const shown = Math.min(this.rows, 5);
    const cells = this.names.map((name) => {
      const { kind, values } = this.column(name);
      const texts = Array.from({ length: shown }, (_, row) => (values[row] === null ? '' : String(values[row])));
      const all = [name, kind, ...texts];
      const width = Math.max(...all.map(({ length }) => length));
      return all.map((text) => (kind === 'number' ? text.padStart(width) : text.padEnd(width)));
    });
    const lines = Array.from({ length: shown + 2 }, (_, line) => cells.map((texts) => texts[line]).join('  '));
    return [...lines.map((line) => line.trimEnd()), `${this.rows} rows`].join('\n');
  }
}

/** Numbers, if everything that is there is a number; text otherwise. */
export function columnFrom(values: ArrayLike<number | string | boolean | null | undefined>): FrameColumn {
  const all = Array.from(values);
  if (
    all.every(
      (value) =>
        value === null || value === undefined || typeof value === 'number' || value === true || value === false,
    )
  ) {
    return {
      kind: 'number',
      values: Float64Array.from(all, (value) => (value === null || value === undefined ? Number.NaN : Number(value))),
    };
  }
  return {
    kind: 'text',
    values: all.map((value) => (value === null || value === undefined ? null : String(value))),
  };
}
