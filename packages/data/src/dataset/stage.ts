// The steps of a pipeline. Each numbers its elements, so that any of them can be fetched in any order: shuffling,
// taking and splitting only change which numbers are asked for, and nothing is read before it is needed.
import { RandomStream } from '@nablajs/tensor';
import type { Batch } from './batch.ts';
import type { Table } from './table.ts';

/** What is held while an epoch is iterated. */
export interface Resource {
  open(): void;
  close(): void;
}

/** What an epoch is begun with. */
export interface Epoch {
  /** Where shuffles without a seed draw their order; `null` leaves everything in order. */
  readonly stream: RandomStream | null;
  /** Which epoch this is, for shuffles with a seed; `undefined`: the next one of each. */
  readonly index: number | undefined;
  /** What stages add to be opened with the first element, and closed after the last, or when a loop is left. */
  readonly resources: Resource[];
}

/** The numbered elements, stacked. After `batched`, one number is asked for at a time. */
export type Fetch = (indices: Uint32Array) => Promise<Batch>;

/** One step: how many elements it has, and how an epoch over them begins. All random draws happen in `begin`. */
export interface Stage {
  readonly length: number;
  begin(epoch: Epoch): Fetch;
}

/** The rows of a table. */
export function rowsOf(table: Table): Stage {
  return {
    length: table.rows,
    begin: () => async (indices) => {
      await table.load();
      return table.gather(indices);
    },
  };
}

/** Which order a shuffle follows: from a seed, from a stream of its own, or (`null`) from the epoch's stream. */
export type Order = { readonly seed: number } | { readonly stream: RandomStream } | null;

/** Every element once, in another order each epoch. */
export function shuffled(inner: Stage, order: Order): Stage {
  let begun = 0;
  const streamOf = (epoch: Epoch): RandomStream => {
    if (order === null) return epoch.stream!;
    return 'stream' in order ? order.stream : seeded(order.seed, epoch.index ?? begun++);
  };
  return {
    length: inner.length,
    begin(epoch) {
      const fetch = inner.begin(epoch);
      if (epoch.stream === null) return fetch;
      return reordered(fetch, streamOf(epoch).permutation(inner.length));
    },
  };
}

/** Every element once, in the one order that follows from a seed. */
export function rearranged(inner: Stage, seed: number): Stage {
  const permutation = new RandomStream(seed).permutation(inner.length);
  return { length: inner.length, begin: (epoch) => reordered(inner.begin(epoch), permutation) };
}

function reordered(fetch: Fetch, permutation: Uint32Array): Fetch {
  return (indices) => fetch(indices.map((i) => permutation[i]!));
}

/** A stream for one epoch, apart from the one that `setSeed` of the same number gives. */
function seeded(seed: number, epoch: number): RandomStream {
  return RandomStream.from({ ...new RandomStream(seed).split().state, counter: epoch });
}

/** The elements from `start` on, `length` of them. */
export function windowOf(inner: Stage, start: number, length: number): Stage {
  return {
    length,
    begin(epoch) {
      const fetch = inner.begin(epoch);
      return start === 0 ? fetch : (indices) => fetch(indices.map((i) => i + start));
    },
  };
}

/** Runs of `size` elements; the last one is shorter, or left out. */
export function batched(inner: Stage, size: number, dropRemainder: boolean): Stage {
  const whole = Math.floor(inner.length / size);
  return {
    length: dropRemainder ? whole : Math.ceil(inner.length / size),
    begin(epoch) {
      const fetch = inner.begin(epoch);
      return (indices) => {
        const start = indices[0]! * size;
        const count = Math.min(size, inner.length - start);
        return fetch(Uint32Array.from({ length: count }, (_, i) => start + i));
      };
    },
  };
}
