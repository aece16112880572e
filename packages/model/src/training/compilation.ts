import { type Loss, type LossInput, type LossJSON, lossType } from '@nablajs/losses';
import { type HostMetric, type Metric, type MetricInput, metricType } from '@nablajs/metrics';
import { type Optimizer, type OptimizerInput, optimizerType } from '@nablajs/optimizers';
import { adviceFor, COMPUTE_PRECISIONS, type ComputePrecision, ConfigError, isRecord } from '@nablajs/tensor';
import type { Steps } from './steps.ts';

/** One for the only output, a list in the order of the outputs, or a record under their names. */
export type PerOutput<T> = T | readonly T[] | Readonly<Record<string, T>>;

/** Metrics of the only output as a list; for several outputs a list or a record with one metric or a list for each. */
export type MetricsInput =
  | readonly (MetricInput | readonly MetricInput[])[]
  | Readonly<Record<string, MetricInput | readonly MetricInput[]>>;

/** What `model.compile` takes. */
export interface CompileModelOptions {
  /** A name (`adam`), or an optimizer. Default `rmsprop`, as in Keras. */
  readonly optimizer?: OptimizerInput;
  /**
   * A name (`sparseCategoricalCrossentropy`), or a loss; for several outputs a list or a record of them, `null` for an output
   * that has none. Default none: what is minimized are then the terms that layers add.
   */
  readonly loss?: PerOutput<LossInput | null>;
  /** Factors on the losses of several outputs. Default 1 each. */
  readonly lossWeights?: readonly number[] | Readonly<Record<string, number>>;
  /** Names (`accuracy`), or metrics. Default none. */
  readonly metrics?: MetricsInput;
  /** Metrics in which samples count by their weights; those in `metrics` ignore sample and class weights. Default none. */
  readonly weightedMetrics?: MetricsInput;
  /**
   * `mixedFloat16` takes the matrix products and convolutions of training steps in half precision, with float32 weights and
   * a scaled loss. It needs a backend that has float16. Default `float32`.
   */
  readonly precision?: ComputePrecision;
}

/** {@link CompileModelOptions} with their defaults. */
export interface GivenCompilation extends Required<Omit<CompileModelOptions, 'lossWeights'>> {
  readonly lossWeights: readonly number[] | Readonly<Record<string, number>> | null;
}

/** What `model.compile` was given, with names replaced by what they stand for. */
export interface TrainingSetup {
  readonly optimizer: Optimizer;
  readonly loss: PerOutput<Loss | null>;
  readonly precision: ComputePrecision;
  /** The metric that stands for an input beside a loss. */
  readonly metricFrom: (input: MetricInput, loss: Loss | null) => Metric | HostMetric;
}

const OPTIONS: Readonly<Record<keyof CompileModelOptions, true>> = {
  optimizer: true,
  loss: true,
  lossWeights: true,
  metrics: true,
  weightedMetrics: true,
  precision: true,
};

/**
 * How a model was compiled. Names are checked at once; what they stand for is loaded when it is first needed, so that
 * pages which only predict need not fetch everything that trains.
 */
export class Compilation {
  /** As it was given. */
  readonly given: GivenCompilation;
  /** The compiled steps, made by the first training or evaluation. */
  steps: Steps | null = null;
  #setup: TrainingSetup | null = null;
  #loading: Promise<TrainingSetup> | null = null;

  /** @throws ConfigError for unknown names, with the nearest known one */
  constructor(options: CompileModelOptions) {
    const stray = Object.keys(options).find((name) => !(name in OPTIONS));
    if (stray)
      throw new ConfigError(`compile: option '${stray}' is unknown. ${adviceFor(stray, Object.keys(OPTIONS))}`);
    const { optimizer = 'rmsprop', loss = null, lossWeights = null, metrics = [], weightedMetrics = [] } = options;
    const { precision = 'float32' } = options;
    this.given = { optimizer, loss, lossWeights, metrics, weightedMetrics, precision };
    if (!COMPUTE_PRECISIONS.includes(precision)) {
      throw new ConfigError(
        `compile: precision '${String(precision)}' is unknown. Use one of ${COMPUTE_PRECISIONS.join(', ')}.`,
      );
    }
    requireList('metrics', metrics);
    requireList('weightedMetrics', weightedMetrics);
    const named = [...metricsIn(metrics), ...metricsIn(weightedMetrics)];
    if (!isMade(optimizer)) optimizerType(typeOf('optimizer', optimizer));
    for (const each of lossesIn(loss)) if (!isMade(each)) lossType(typeOf('loss', each));
    for (const metric of named) if (!isMade(metric)) metricType(typeOf('metric', metric));
    if (precision === 'float32' && isMade(optimizer) && lossesIn(loss).every(isMade) && named.every(isMade)) {
      const made = loss as PerOutput<Loss | null>;
      this.#setup = { optimizer, loss: made, precision, metricFrom: (metric) => metric as Metric };
    }
  }

  /** The optimizer, or `null` while it is only a name. */
  get optimizer(): Optimizer | null {
    const { optimizer } = this.#setup ?? this.given;
    return isMade(optimizer) ? optimizer : null;
  }

  /** What to train with. */
  async load(): Promise<TrainingSetup> {
    if (this.#setup) return this.#setup;
    const { loss, metrics, weightedMetrics } = this.given;
    const named = [...metricsIn(metrics), ...metricsIn(weightedMetrics)];
    this.#loading ??= import('./setup.ts').then(({ setupOf }) => setupOf(this.given, lossesIn(loss), named, mapLosses));
    this.#setup = await this.#loading;
    return this.#setup;
  }
}

/** `f` of every loss; `null` stays. */
export function mapLosses<A extends object | string, B>(
  loss: PerOutput<A | null>,
  f: (loss: A) => B,
): PerOutput<B | null> {
  const one = (item: A | null): B | null => (item === null ? null : f(item));
  if (Array.isArray(loss)) return (loss as readonly (A | null)[]).map(one);
  if (!isRecord(loss) || isLossJSON(loss)) return one(loss as A | null);
  return Object.fromEntries(Object.entries(loss as Record<string, A | null>).map(([name, item]) => [name, one(item)]));
}

/** `f` of every metric. */
export function mapMetrics<B>(
  metrics: MetricsInput,
  f: (metric: MetricInput) => B,
): readonly (B | readonly B[])[] | Readonly<Record<string, B | readonly B[]>> {
  const some = (item: MetricInput | readonly MetricInput[]): B | readonly B[] =>
    Array.isArray(item) ? item.map((metric: MetricInput) => f(metric)) : f(item as MetricInput);
  if (Array.isArray(metrics)) return metrics.map(some);
  return Object.fromEntries(Object.entries(metrics).map(([name, item]) => [name, some(item)]));
}

function lossesIn(loss: PerOutput<LossInput | null>): LossInput[] {
  const found: LossInput[] = [];
  mapLosses(loss, (each) => found.push(each));
  return found;
}

function metricsIn(metrics: MetricsInput): MetricInput[] {
  const found: MetricInput[] = [];
  mapMetrics(metrics, (each) => found.push(each));
  return found;
}

function isLossJSON(loss: object): loss is LossJSON {
  return 'type' in loss && 'config' in loss && typeof loss.type === 'string' && isRecord(loss.config);
}

/** Objects of our classes, not their names or JSON. */
function isMade<T>(input: T): input is Extract<T, { toJSON(): unknown }> {
  return typeof input === 'object' && input !== null && 'toJSON' in input;
}

/** The name of what is not made yet. Throws ConfigError for a class without `new`, or a function. */
function typeOf(what: string, input: string | { readonly type: string }): string {
  if (typeof input === 'string') return input;
  if (isRecord(input)) return input.type;
  const { name = '' } = (input ?? {}) as { readonly name?: string };
  throw new ConfigError(
    `compile: the ${what} must be a name or an object of its class, got ${typeof input}${name ? ` ${name}` : ''}. ` +
      (/^[A-Z]/.test(name) ? `Write new ${name}().` : `To write your own, extend ${BASES[what]}.`),
  );
}

const BASES: Readonly<Record<string, string>> = { optimizer: 'Optimizer', loss: 'Loss', metric: 'Metric' };

function requireList(option: string, metrics: unknown): void {
  if (Array.isArray(metrics) || (isRecord(metrics) && !('type' in metrics))) return;
  throw new ConfigError(
    `compile: ${option} must be a list, { ${option}: [${typeof metrics === 'string' ? `'${metrics}'` : "'accuracy'"}] }, or for several outputs a record.`,
  );
}
