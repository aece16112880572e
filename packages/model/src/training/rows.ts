import type { Table } from '@nablajs/data';
import type { BatchSource, RawBatch } from './source.ts';

/** Which rows, and in which order. */
export interface RowOptions {
  /** The first one. Default 0. */
  readonly from?: number;
  /** The one after the last. Default: how many there are. */
  readonly to?: number;
  /** Another order in every epoch. Default `false`. */
  readonly shuffle?: boolean;
}

/** Rows of arrays in batches of `size`; the last batch may be smaller. */
export function rowBatches(table: Table, size: number, options: RowOptions = {}): BatchSource {
  const { from = 0, to = table.rows, shuffle = false } = options;
  const count = to - from;
  async function* walk(order: Uint32Array | null): AsyncGenerator<RawBatch, void, undefined> {
    await table.load();
    for (let at = 0; at < count; at += size) {
      const length = Math.min(size, count - at);
      const rows = Uint32Array.from({ length }, (_, i) => from + (order ? order[at + i]! : at + i));
      yield { ...table.gather(rows), rows };
    }
  }
  // The order is drawn as the epoch begins, whenever its first batch is asked for.
  return {
    size: Math.ceil(count / size),
    epoch: (stream) => walk(shuffle && stream ? stream.permutation(count) : null),
  };
}
