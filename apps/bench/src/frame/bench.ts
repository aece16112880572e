// What a benchmark is: asked with options, it answers with tables.

/** How to measure. */
export interface BenchOptions {
  /** Take the time that slow contenders and steady medians need. */
  readonly full: boolean;
  /** Threads of every contender that can be told. */
  readonly threads: number;
  /** The folder of the workspace. */
  readonly root: string;
}

/** A column: text, or numbers with so many decimals. */
export interface Column {
  readonly title: string;
  readonly digits?: number;
}

/** A cell; null where there is nothing to say. */
export type Cell = string | number | null;

/** A result. */
export interface Table {
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  /** What a reader must know to understand the numbers, a sentence each. */
  readonly notes?: readonly string[];
}

/** A benchmark. */
export interface Bench {
  run(options: BenchOptions): Promise<readonly Table[]>;
}

/** A cell as text. */
export function textOf(cell: Cell, { digits }: Column): string {
  if (cell === null) return '';
  return typeof cell === 'number' ? cell.toFixed(digits ?? 0) : cell;
}
