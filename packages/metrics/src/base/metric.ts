// A metric counts in every batch and combines the counts once: never an average of averages, so batches do not matter.
import {
  ConfigError,
  configFrom,
  type HostArray,
  type NestedArray,
  type Spec,
  sameShape,
  type Tensor,
  type Variable,
  zeros,
} from '@nablajs/tensor';
import { Tally } from './tally.ts';

/** A metric as plain data. */
export interface MetricJSON {
  readonly type: string;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** Options of a metric: its config, and the name under which it is reported. */
export type MetricOptions<Config extends object> = Partial<Config> & { readonly name?: string };

/** What all metrics share: a name, options as plain data, and a way to begin anew. */
export abstract class MetricBase<Config extends object = object> {
  /** The name in files; `package/Name` outside of Nabla. */
  static readonly type: string = 'Metric';
  /** Options, and what they are when not given. */
  static readonly defaults: object = {};

  /** The key in logs and histories; by default the type in camelCase, `f1Score`. */
  name: string;
  readonly config: Config;

  constructor({ name, ...options }: MetricOptions<Config> = {} as MetricOptions<Config>) {
    const { type, defaults } = new.target;
    this.name = name ?? camelCase(type);
    this.config = configFrom<object>(type, defaults, options, ['name']) as Config;
  }

  get type(): string {
    return (this.constructor as typeof MetricBase).type;
  }

  /** Forgets everything counted so far. */
  abstract reset(): void;

  toJSON(): MetricJSON {
    return { type: this.type, name: this.name, config: { ...this.config } as Record<string, unknown> };
  }
}

/** What a metric adds up over all batches, by name. */
export type Sums = { readonly [name: string]: Tensor };

/**
 * A metric computed where the model is, inside its steps.
 *
 * One of your own says what a batch adds, and what follows from the sums:
 * @example
 * class Bias extends Metric<object, { readonly error: Tensor; readonly count: Tensor }> {
 *   static override readonly type: string = 'acme/Bias';
 *   protected counts(truth: Tensor, prediction: Tensor) {
 *     return { error: prediction.sub(truth).sum(), count: full([], truth.size, 'int32') };
 *   }
 *   protected combine({ error, count }: { error: Tensor; count: Tensor }) {
 *     return error.div(count);
 *   }
 * }
 */
export abstract class Metric<Config extends object = object, S extends Sums = Sums> extends MetricBase<Config> {
  #tallies: Readonly<Record<string, Tally>> | null = null;

  /** What a batch adds to the sums: counts as int32, which stay exact however many there are, or float32. */
  protected abstract counts(truth: Tensor, prediction: Tensor, sampleWeight?: Tensor): S;

  /** The metric from the sums over all batches, which come as float32. */
  protected abstract combine(sums: S): Tensor;

  /**
   * Makes the state for data of these specs; done by the first `update` otherwise.
   * @throws ShapeError when such truth and predictions do not go together
   */
  build(truth: Spec, prediction: Spec): void {
    const counts = this.counts(zeros(truth.shape, truth.dtype), single(zeros(prediction.shape, prediction.dtype)));
    const entries = Object.entries(counts);
    const known = this.#tallies;
    if (known && entries.every(([key, { shape }]) => sameShape(known[key]!.shape, shape))) return;
    this.#tallies = Object.fromEntries(
      entries.map(([key, { shape }]) => [key, new Tally(`${this.name}/${key}`, shape)]),
    );
  }

  /**
   * Counts a batch. Inside a compiled function it becomes part of that function's graph.
   * @param sampleWeight how much each sample (`[batch]`) or value counts; 1 by default
   */
  update(truth: Tensor, prediction: Tensor, sampleWeight?: Tensor): void {
    if (!this.#tallies) this.build(truth.spec, prediction.spec);
    const counts = this.counts(truth, single(prediction), sampleWeight);
    for (const [key, amount] of Object.entries(counts)) this.#tallies![key]!.add(amount);
  }

  /** The metric over everything counted so far. Throws ConfigError before there is any state. */
  result(): Tensor {
    if (!this.#tallies) {
      throw new ConfigError(`metric '${this.name}': nothing was counted yet. Call update(truth, prediction) first.`);
    }
    const sums = Object.entries(this.#tallies).map(([key, tally]) => [key, tally.value]);
    return this.combine(Object.fromEntries(sums) as S);
  }

  reset(): void {
    for (const tally of Object.values(this.#tallies ?? {})) tally.reset();
  }

  /** All state. */
  get variables(): readonly Variable[] {
    return Object.values(this.#tallies ?? {}).flatMap((tally) => tally.variables);
  }
}

/** Specs of what a {@link HostMetric} is given. */
export interface HostSpecs {
  readonly truth: Spec;
  readonly prediction: Spec;
}

/** A metric that must see all predictions at once: it keeps them on the host. */
export abstract class HostMetric<Config extends object = object> extends MetricBase<Config> {
  /** Checks that truth and predictions of these specs go together. */
  build(_truth: Spec, _prediction: Spec): void {}

  /** Keeps a batch. */
  abstract updateHost(
    truth: HostArray,
    prediction: HostArray,
    specs: HostSpecs,
    sampleWeight?: HostArray | undefined,
  ): void;

  /** The metric over everything kept so far. */
  abstract resultHost(): NestedArray;
}

/** Half floats as single ones, in which sums do not overflow. */
function single(prediction: Tensor): Tensor {
  return prediction.dtype === 'float16' ? prediction.cast('float32') : prediction;
}

function camelCase(type: string): string {
  const own = type.slice(type.lastIndexOf('/') + 1);
  return own === own.toUpperCase() ? own.toLowerCase() : own[0]!.toLowerCase() + own.slice(1);
}
