import { ConfigError, RandomStream, randomStream } from '@nablajs/tensor';
import { type PadOptions, type StackedBatch, type StreamSample, stackSamples } from './stack.ts';
import { ahead, bucketed, chunked, filtered, limited, mixed, transformed, without } from './stages.ts';

/** Options of {@link Stream.batch}. */
export interface StreamBatchOptions {
  /** Leave out the last batch where it would be smaller than the others. Default `false`. */
  readonly dropRemainder?: boolean;
  /** Fill up the first axis of `x`, so that samples of different lengths fit together. Default: they must be equal. */
  readonly pad?: PadOptions;
}

/** Options of {@link Stream.bucketBy}. */
export interface BucketOptions<T> extends PadOptions {
  /** How long a sample is. */
  readonly lengthOf: (sample: T) => number;
  /** Upper ends of the buckets, rising: `[10, 20]` parts lengths up to 10, up to 20, and all above. */
  readonly boundaries: readonly number[];
  /** Samples per batch, one number for all buckets, or one for each (one more than there are boundaries). */
  readonly batchSize: number | readonly number[];
}

/**
 * Samples whose number nobody knows before they have passed: lines of a log, rows of a file larger than memory, what a
 * generator makes. For samples that can be asked for by number, a `Dataset` shuffles better and can be split.
 *
 * A stream is immutable and begins anew whenever it is iterated. `fit` takes one that was batched.
 * @example
 * const batches = Stream.from(readLines).map(parse).shuffle(1000, { seed: 7 }).batch(32, { pad: {} });
 * for await (const { x, y } of batches) { ... }
 */
export class Stream<T> implements AsyncIterable<T> {
  readonly #begin: () => AsyncIterable<T>;

  private constructor(begin: () => AsyncIterable<T>) {
    this.#begin = begin;
  }

  /**
   * A stream over what a function returns, which is called at the beginning of each pass; or over an iterable that can be
   * iterated again, such as an array.
   * @throws ConfigError for a generator, which ends after one pass: give the generator function itself
   */
  static from<T>(samples: (() => Iterable<T> | AsyncIterable<T>) | Iterable<T> | AsyncIterable<T>): Stream<T> {
    if (typeof samples === 'function') return new Stream(() => asAsync(samples()));
    if ('next' in samples) {
      throw new ConfigError(
        'Stream.from: a generator ends after one pass, training makes several. Give the function that makes it: Stream.from(read), not Stream.from(read()).',
      );
    }
    return new Stream(() => asAsync(samples));
  }

  /** `f` of every element, in order; `f` may be async. */
  map<U>(f: (sample: T) => U | Promise<U>): Stream<U> {
    return new Stream(() => transformed(this.#begin(), f));
  }

  /** Only the elements for which `keep` is true. */
  filter(keep: (sample: T) => boolean | Promise<boolean>): Stream<T> {
    return new Stream(() => filtered(this.#begin(), keep));
  }

  /** The first `n` elements, or all where there are fewer. */
  take(n: number): Stream<T> {
    whole('take', 'n', n, 0);
    return new Stream(() => limited(this.#begin(), n));
  }

  /** All but the first `n` elements. */
  skip(n: number): Stream<T> {
    whole('skip', 'n', n, 0);
    return new Stream(() => without(this.#begin(), n));
  }

  /**
   * Another order in every pass: each element is drawn at random from the next `size` ones. Only a buffer as large as the
   * whole stream gives all orders alike.
   * @param options with `seed`, the orders of all passes follow from it; without, they follow `setSeed`
   */
  shuffle(size: number, options: { readonly seed?: number } = {}): Stream<T> {
    whole('shuffle', 'size', size, 1);
    const { seed } = options;
    const own = seed === undefined ? null : new RandomStream(seed);
    return new Stream(() => mixed(this.#begin(), size, (own ?? randomStream()).split()));
  }

  /** Keeps what passes in memory during the first complete pass; later ones come from there. */
  cache(): Stream<T> {
    let kept: readonly T[] | null = null;
    const first = async function* (samples: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
      const seen: T[] = [];
      for await (const sample of samples) {
        seen.push(sample);
        yield sample;
      }
      kept = seen;
    };
    return new Stream(() => (kept ? asAsync(kept) : first(this.#begin())));
  }

  /** Prepares up to `n` elements while one is in use. */
  prefetch(n: number): Stream<T> {
    whole('prefetch', 'n', n, 0);
    return new Stream(() => ahead(this.#begin(), n));
  }

  /**
   * Groups of `size` samples, stacked along a new first axis; the last batch may be smaller.
   * @throws ShapeError while iterating, when samples differ in shape and `pad` is not given
   */
  batch<S extends StreamSample>(
    this: Stream<S>,
    size: number,
    { dropRemainder = false, pad }: StreamBatchOptions = {},
  ): Stream<StackedBatch<S>> {
    whole('batch', 'size', size, 1);
    return new Stream(() =>
      transformed(chunked(this.#begin(), size, dropRemainder), (samples) => stackSamples(samples, pad ?? null)),
    );
  }

  /**
   * Batches of samples of similar length, so that little is filled up: a sample waits in its bucket until the bucket has a
   * batch full. With `length` undefined, a batch is as long as its longest sample.
   * @throws ConfigError for boundaries that do not rise
   */
  bucketBy<S extends StreamSample>(this: Stream<S>, options: BucketOptions<S>): Stream<StackedBatch<S>> {
    const { lengthOf, boundaries, batchSize, ...pad } = options;
    if (boundaries.some((end, i) => !(end > (boundaries[i - 1] ?? Number.NEGATIVE_INFINITY)))) {
      throw new ConfigError(`Stream.bucketBy: boundaries must rise, got [${boundaries.join(', ')}].`);
    }
    const sizes = typeof batchSize === 'number' ? Array(boundaries.length + 1).fill(batchSize) : batchSize;
    if (sizes.length !== boundaries.length + 1) {
      throw new ConfigError(
        `Stream.bucketBy: ${boundaries.length} boundaries make ${boundaries.length + 1} buckets, got ${sizes.length} batch sizes.`,
      );
    }
    for (const size of sizes) whole('bucketBy', 'batchSize', size, 1);
    const bucketOf = (sample: S): number => {
      const found = boundaries.findIndex((end) => lengthOf(sample) <= end);
      return found < 0 ? boundaries.length : found;
    };
    return new Stream(() =>
      transformed(bucketed(this.#begin(), bucketOf, sizes), (samples) => stackSamples(samples, pad)),
    );
  }

  [Symbol.asyncIterator](): AsyncIterator<T, void, undefined> {
    return this.#begin()[Symbol.asyncIterator]() as AsyncIterator<T, void, undefined>;
  }
}

async function* asAsync<T>(samples: Iterable<T> | AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  yield* samples;
}

function whole(method: string, name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new ConfigError(`Stream.${method}: ${name} must be a whole number of at least ${least}, got ${value}.`);
}
