import { type Loss, type LossInput, lossType } from '@nablajs/losses';
import { type HostMetric, type Metric, type MetricInput, metricType } from '@nablajs/metrics';
import { type Optimizer, type OptimizerInput, optimizerType } from '@nablajs/optimizers';
import { COMPUTE_PRECISIONS, type ComputePrecision, ConfigError } from '@nablajs/tensor';
import type { Steps } from './steps.ts';

/** What `model.compile` takes. */
export interface CompileModelOptions {
  /** A name (`adam`), or an optimizer. Default `rmsprop`, as in Keras. */
  readonly optimizer?: OptimizerInput;
  /** A name (`sparseCategoricalCrossentropy`), or a loss. */
  readonly loss: LossInput;
  /** Names (`accuracy`), or metrics. Default none. */
  readonly metrics?: readonly MetricInput[];
  /**
   * `mixedFloat16` takes the matrix products and convolutions of training steps in half precision, with float32 weights and
   * a scaled loss. It needs a backend that has float16. Default `float32`.
   */
  readonly precision?: ComputePrecision;
}

/** What `model.compile` was given, with names replaced by what they stand for. */
export interface TrainingSetup {
  readonly optimizer: Optimizer;
  readonly loss: Loss;
  readonly metrics: readonly (Metric | HostMetric)[];
  readonly precision: ComputePrecision;
}

/**
 * How a model was compiled. Names are checked at once; what they stand for is loaded when it is first needed, so that
 * pages which only predict need not fetch everything that trains.
 */
export class Compilation {
  /** As it was given. */
  readonly given: Required<CompileModelOptions>;
  /** The compiled steps, made by the first training or evaluation. */
  steps: Steps | null = null;
  #setup: TrainingSetup | null;
  #loading: Promise<TrainingSetup> | null = null;

  /** @throws ConfigError for unknown names, with the nearest known one */
  constructor({ optimizer = 'rmsprop', loss, metrics = [], precision = 'float32' }: CompileModelOptions) {
    this.given = { optimizer, loss, metrics, precision };
    if (!COMPUTE_PRECISIONS.includes(precision)) {
      throw new ConfigError(
        `compile: precision '${String(precision)}' is unknown. Use one of ${COMPUTE_PRECISIONS.join(', ')}.`,
      );
    }
    if (!isMade(optimizer)) optimizerType(typeOf(optimizer));
    if (!isMade(loss)) lossType(typeOf(loss));
    for (const metric of metrics) if (!isMade(metric)) metricType(metric);
    const isComplete = precision === 'float32' && isMade(optimizer) && isMade(loss) && metrics.every(isMade);
    this.#setup = isComplete ? { optimizer, loss, metrics, precision } : null;
  }

  /** What to train with, or `null` while some of it is only a name. */
  get setup(): TrainingSetup | null {
    return this.#setup;
  }

  /** The optimizer, or `null` while it is only a name. */
  get optimizer(): Optimizer | null {
    const { optimizer } = this.#setup ?? this.given;
    return isMade(optimizer) ? optimizer : null;
  }

  /** What to train with. */
  async load(): Promise<TrainingSetup> {
    if (this.#setup) return this.#setup;
    this.#loading ??= import('./setup.ts').then(({ setupOf }) => setupOf(this.given));
    this.#setup = await this.#loading;
    return this.#setup;
  }
}

/** Objects of our classes, not their names or JSON. */
function isMade<T>(input: T): input is Extract<T, { toJSON(): unknown }> {
  return typeof input === 'object' && input !== null && 'toJSON' in input;
}

function typeOf(input: string | { readonly type: string }): string {
  return typeof input === 'string' ? input : input.type;
}
