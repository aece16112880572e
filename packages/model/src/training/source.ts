// Where batches come from: a data set, or anything that yields them.
import type { Dataset } from '@nablajs/data';
import type { RandomStream } from '@nablajs/tensor';
import { begin, read } from './walk.ts';

/** One batch as users give it: `{ x, y, sampleWeight }`, or the same in a list. */
export type BatchInput =
  | { readonly x: unknown; readonly y?: unknown; readonly sampleWeight?: unknown }
  | readonly [x: unknown, y?: unknown, sampleWeight?: unknown];

/** Batches that are being walked through. */
export type Walk = AsyncIterable<BatchInput> | Iterable<BatchInput>;

/** Anything that yields batches, or a function that begins to: `async function* () { yield { x, y }; }`. */
export type Batches = AsyncIterable<BatchInput> | Generator<BatchInput> | (() => Walk);

/** A batch before it is sorted out. */
export interface RawBatch {
  readonly x: unknown;
  readonly y?: unknown;
  readonly sampleWeight?: unknown;
  /** Which samples of the data these are, where that is known. */
  readonly rows?: Uint32Array | undefined;
}

/** Batches, any number of times. */
export interface BatchSource {
  /** Batches per epoch, when known. */
  readonly size: number | undefined;
  /** One pass; orders are drawn from `stream`, `null` for the original one. */
  epoch(stream: RandomStream | null, index?: number): AsyncIterable<RawBatch>;
}

/** Batches as a source. */
export function sourceOf(batches: Dataset | Batches): BatchSource {
  return 'epoch' in batches ? (batches as BatchSource) : new Walked(batches);
}

/** At most `limit` batches of a source. */
export function limited(source: BatchSource, limit: number | undefined): BatchSource {
  if (limit === undefined) return source;
  return {
    size: Math.min(limit, source.size ?? Number.POSITIVE_INFINITY),
    async *epoch(stream, index) {
      let count = 0;
      for await (const batch of source.epoch(stream, index)) {
        yield batch;
        if (++count === limit) return;
      }
    },
  };
}

/** What is left unread at the end of one epoch begins the next one, so that endless streams of batches work. */
class Walked implements BatchSource {
  readonly size: undefined = undefined;
  readonly #batches: Batches;
  #walk: AsyncIterator<BatchInput> | Iterator<BatchInput> | null = null;

  constructor(batches: Batches) {
    this.#batches = batches;
  }

  async *epoch(): AsyncGenerator<RawBatch, void, undefined> {
    this.#walk ??= begin(this.#batches);
    for (;;) {
      const { done, value } = await this.#walk.next();
      if (done) {
        this.#walk = null;
        return;
      }
      yield read(value as BatchInput);
    }
  }
}
