import { ConfigError, type RandomStream, randomStream, type Tensor, type Tree } from '@nablajs/tensor';
import type { Batch, MappedBatch, TensorsOf, Values } from './batch.ts';
import { cached } from './cached.ts';
import { iterate } from './iterate.ts';
import { type Mapping, mapped } from './mapped.ts';
import { type Source, samplesOf } from './source.ts';
import { batched, type Order, type Resource, rearranged, rowsOf, type Stage, shuffled, windowOf } from './stage.ts';
import { tableOf } from './table.ts';

/** Options of {@link Dataset.shuffle}: a seed, a stream, or neither. */
export type ShuffleOptions =
  | { readonly seed?: number; readonly stream?: undefined }
  | { readonly stream: RandomStream; readonly seed?: undefined };

/** Options of {@link Dataset.batch}. */
export interface BatchOptions {
  /** Leave out the last batch where it would be smaller than the others. Default `false`. */
  readonly dropRemainder?: boolean;
}

/** Options of {@link Dataset.split}. */
export interface SplitOptions {
  /** Choose the samples of both parts at random, the same for the same seed. Default: the first and the last ones. */
  readonly seed?: number;
}

interface State {
  readonly stage: Stage;
  readonly batchSize: number | null;
  readonly ahead: number;
  readonly shuffles: boolean;
}

/**
 * Samples on their way to a model: shuffled, batched, transformed; lazily, and any number of times.
 *
 * A data set is immutable: each method returns another one. Elements are single samples until `batch` is called (they
 * arrive as batches of one) and batches from there on; `shuffle`, `take`, `skip`, `split` and `size` count elements.
 * @example
 * const train = Dataset.from({ x: images, y: labels }).shuffle({ seed: 7 }).batch(32);
 * for await (const { x, y } of train) { ... } // x: Tensor [32, ...]
 */
export class Dataset<X = Tree<Tensor>, Y = Tree<Tensor> | undefined> implements AsyncIterable<Batch<X, Y>> {
  readonly #state: State;

  private constructor(state: State) {
    this.#state = state;
  }

  /**
   * A data set over arrays in memory, which are not copied.
   * @param parts `x`, `y` and `sampleWeight`: typed arrays, nested arrays, tensors or columns whose first axis counts
   *   the samples, or (not for weights) records and lists of tensors for models with several inputs or outputs. Typed
   *   arrays of whole numbers become int32, all others float32; `fromData` and `column` say otherwise.
   * @throws ShapeError when parts have different numbers of samples, or rows of a nested array differ in length
   * @throws ConfigError when there are no samples
   */
  static from<X extends Tree<Values>>(parts: {
    readonly x: X;
    readonly y?: undefined;
    readonly sampleWeight?: Values | undefined;
  }): Dataset<TensorsOf<X>, undefined>;
  static from<X extends Tree<Values>, Y extends Tree<Values>>(parts: {
    readonly x: X;
    readonly y: Y;
    readonly sampleWeight?: Values | undefined;
  }): Dataset<TensorsOf<X>, TensorsOf<Y>>;
  static from<X extends Tree<Values>, Y extends Tree<Values>>(parts: {
    readonly x: X;
    readonly y?: Y | undefined;
    readonly sampleWeight?: Values | undefined;
  }): Dataset<TensorsOf<X>, TensorsOf<Y> | undefined>;
  static from(parts: { readonly x: unknown; readonly y?: unknown; readonly sampleWeight?: unknown }): Dataset {
    return new Dataset({ stage: rowsOf(tableOf(parts)), batchSize: null, ahead: 0, shuffles: false });
  }

  /**
   * A data set over samples that are read when they are needed, by their number.
   * @throws ConfigError for a length that is no whole number of at least 1; during an epoch, when `read` returns another
   *   number of samples than it was asked for
   * @example Dataset.fromSource({ length: files.length, read: async (indices) => decode([...indices].map((i) => files[i])) })
   */
  static fromSource<X, Y = undefined>(source: Source<X, Y>): Dataset<X, Y> {
    return new Dataset({
      stage: samplesOf(source as Source<unknown, unknown>),
      batchSize: null,
      ahead: 0,
      shuffles: false,
    });
  }

  /** Elements per epoch: samples, or batches after `batch`. */
  get size(): number {
    return this.#state.stage.length;
  }

  /** What `batch` was called with; `null` before it was. */
  get batchSize(): number | null {
    return this.#state.batchSize;
  }

  /**
   * Another order in every epoch, uniform over all orders (Fisher-Yates).
   * @param options with `seed`, the orders of all epochs follow from it. With `stream`, they are drawn from it. With
   *   neither they come from the stream an epoch is begun with, which in `fit` and in loops follows `setSeed`.
   */
  shuffle(options: ShuffleOptions = {}): Dataset<X, Y> {
    const { seed, stream } = options;
    const order: Order = stream !== undefined ? { stream } : seed !== undefined ? { seed: wholeSeed(seed) } : null;
    return this.#with({ stage: shuffled(this.#state.stage, order), shuffles: true });
  }

  /**
   * Groups of `size` samples, stacked along the first axis. The last batch may be smaller.
   * @throws ConfigError for a size that is no whole number of at least 1, for data in batches already, and when
   *   `dropRemainder` would leave nothing
   */
  batch(size: number, options: BatchOptions = {}): Dataset<X, Y> {
    count('batch', 'size', size, 1);
    if (this.#state.batchSize !== null) {
      throw new ConfigError(`Dataset.batch: the data is in batches of ${this.#state.batchSize} already.`);
    }
    if (options.dropRemainder && size > this.size) {
      throw new ConfigError(
        `Dataset.batch: dropping what does not fill a batch of ${size} leaves nothing of ${this.size} samples. ` +
          'Use smaller batches, or keep the remainder.',
      );
    }
    return this.#with({ stage: batched(this.#state.stage, size, options.dropRemainder ?? false), batchSize: size });
  }

  /**
   * `f` of every element, called anew in each epoch, in order.
   * @param f takes a batch and returns `x`, `y` and `sampleWeight`, or a promise of them. Before `batch` it sees batches
   *   of one sample; after it whole ones, which is much faster.
   */
  map<NewX, NewY>(
    f: (batch: Batch<X, Y>) => MappedBatch<NewX, NewY> | Promise<MappedBatch<NewX, NewY>>,
  ): Dataset<NewX, NewY> {
    return new Dataset({ ...this.#state, stage: mapped(this.#state.stage, f as Mapping) });
  }

  /**
   * Keeps every element in memory once it was made, so that later epochs do not read or compute it again. Put it after what
   * is slow, and before what is random: behind a `shuffle`, the first epoch's order would be kept for ever.
   * @throws ConfigError after `shuffle`
   */
  cache(): Dataset<X, Y> {
    if (this.#state.shuffles) {
      throw new ConfigError(
        'Dataset.cache: after shuffle(), the order of the first epoch would stay. Call cache() before shuffle().',
      );
    }
    return this.#with({ stage: cached(this.#state.stage) });
  }

  /** Prepares up to `ahead` elements while one is in use. Worth it where `map` waits for something. */
  prefetch(ahead: number): Dataset<X, Y> {
    return this.#with({ ahead: count('prefetch', 'ahead', ahead, 0) });
  }

  /** The first `n` elements, or all where there are fewer. */
  take(n: number): Dataset<X, Y> {
    const length = Math.min(count('take', 'n', n, 1), this.size);
    return this.#with({ stage: windowOf(this.#state.stage, 0, length) });
  }

  /**
   * All but the first `n` elements.
   * @throws ConfigError when none would be left
   */
  skip(n: number): Dataset<X, Y> {
    if (count('skip', 'n', n, 0) >= this.size) {
      throw new ConfigError(`Dataset.skip: skipping ${n} of ${this.size} elements leaves none.`);
    }
    return this.#with({ stage: windowOf(this.#state.stage, n, this.size - n) });
  }

  /**
   * Two data sets: the first `fraction` of the elements (rounded), and the rest.
   * @throws ConfigError when a part would be empty, and after `shuffle`: as every epoch has another order, elements
   *   would wander between the parts
   * @example const [train, validation] = dataset.split(0.8, { seed: 1 })
   */
  split(fraction: number, options: SplitOptions = {}): [first: Dataset<X, Y>, rest: Dataset<X, Y>] {
    if (this.#state.shuffles) {
      throw new ConfigError(
        'Dataset.split: after shuffle(), every epoch would divide the samples differently. ' +
          'Split first, at random with split(fraction, { seed }), and shuffle the parts.',
      );
    }
    const first = Math.round(this.size * fraction);
    if (!(first > 0 && first < this.size)) {
      throw new ConfigError(
        `Dataset.split: a fraction of ${fraction} of ${this.size} elements leaves one part empty. ` +
          'Use a fraction between 0 and 1 that gives both at least one.',
      );
    }
    const { stage } = this.#state;
    const whole = options.seed === undefined ? stage : rearranged(stage, wholeSeed(options.seed));
    return [
      this.#with({ stage: windowOf(whole, 0, first) }),
      this.#with({ stage: windowOf(whole, first, this.size - first) }),
    ];
  }

  /**
   * One pass over the elements. All random draws happen in this call, so the order is settled once it returns.
   * @param stream where shuffles without a seed draw from; `null` for every element in its original order, as
   *   evaluation and prediction need it
   * @param index which epoch it is, so that a resumed run meets the same orders; by default seeded shuffles count
   */
  epoch(stream: RandomStream | null, index?: number): AsyncIterable<Batch<X, Y>> {
    const { stage, ahead } = this.#state;
    const resources: Resource[] = [];
    const fetch = stage.begin({ stream, index, resources });
    const begin = (): AsyncGenerator<Batch, void, undefined> => iterate(fetch, stage.length, ahead, resources);
    return { [Symbol.asyncIterator]: () => begin() as AsyncGenerator<Batch<X, Y>> };
  }

  /** The next epoch; shuffles without a seed follow `setSeed`. */
  [Symbol.asyncIterator](): AsyncIterator<Batch<X, Y>, void, undefined> {
    return this.epoch(randomStream())[Symbol.asyncIterator]();
  }

  #with(change: Partial<State>): Dataset<X, Y> {
    return new Dataset({ ...this.#state, ...change });
  }
}

function count(method: string, name: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new ConfigError(`Dataset.${method}: ${name} must be a whole number of at least ${least}, got ${value}.`);
}

function wholeSeed(seed: number): number {
  if (Number.isSafeInteger(seed)) return seed;
  throw new ConfigError(`Dataset: a seed must be a whole number, got ${seed}.`);
}
