import { ConfigError, fromData, type HostArray } from '@nablajs/tensor';
import type { AnyModel } from '../model.ts';
import type { Callback, Logs } from './callback.ts';

/** Options of {@link EarlyStopping}, with Keras' defaults. */
export interface EarlyStoppingOptions {
  /** The log to watch. Default `valLoss`. */
  readonly monitor?: string;
  /** Smaller changes count as none. Default 0. */
  readonly minDelta?: number;
  /** Epochs without improvement to wait for. Default 0. */
  readonly patience?: number;
  /** Whether smaller (`min`) or larger (`max`) is better; `auto` takes `max` for accuracies and the like. Default `auto`. */
  readonly mode?: 'auto' | 'min' | 'max';
  /** Only values better than this count as an improvement. */
  readonly baseline?: number;
  /** Put back the weights of the best epoch at the end. Default `false`. */
  readonly restoreBestWeights?: boolean;
  /** Epochs to let pass before watching. Default 0. */
  readonly startFromEpoch?: number;
}

const LARGER_IS_BETTER = /acc|auc|precision|recall|f1|fBeta|r2|iou/i;

/** Stops training when a number stops improving. */
export class EarlyStopping implements Callback {
  readonly monitor: string;
  /** The epoch training stopped at, or `null`. */
  stoppedEpoch: number | null = null;
  bestEpoch = 0;
  best: number;
  readonly #options: Required<Omit<EarlyStoppingOptions, 'monitor' | 'baseline' | 'mode'>>;
  readonly #sign: 1 | -1;
  #model: AnyModel | null = null;
  #waited = 0;
  #kept: readonly HostArray[] | null = null;

  constructor({ monitor = 'valLoss', mode = 'auto', baseline, ...options }: EarlyStoppingOptions = {}) {
    this.monitor = monitor;
    this.#options = { minDelta: 0, patience: 0, restoreBestWeights: false, startFromEpoch: 0, ...options };
    this.#sign = mode === 'max' || (mode === 'auto' && LARGER_IS_BETTER.test(monitor)) ? 1 : -1;
    this.best = baseline ?? -this.#sign * Number.POSITIVE_INFINITY;
  }

  setModel(model: AnyModel): void {
    this.#model = model;
  }

  async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    if (epoch < this.#options.startFromEpoch) return;
    const value = logs[this.monitor];
    if (value === undefined) {
      throw new ConfigError(
        `EarlyStopping: there is no '${this.monitor}' to watch; this training reports ${Object.keys(logs).join(', ')}. ` +
          'Pass validationData for the val... numbers, or set monitor to one of these.',
      );
    }
    const model = this.#model!;
    if (this.#sign * (value - this.best) > this.#options.minDelta) {
      this.best = value;
      this.bestEpoch = epoch;
      this.#waited = 0;
      if (this.#options.restoreBestWeights)
        this.#kept = await Promise.all(model.weights.map(({ value: weight }) => weight.data()));
      return;
    }
    if (++this.#waited < Math.max(1, this.#options.patience)) return;
    this.stoppedEpoch = epoch;
    model.stopTraining = true;
  }

  onTrainEnd(): void {
    for (const [i, data] of this.#kept?.entries() ?? []) {
      const weight = this.#model!.weights[i]!;
      weight.assign(fromData(data, weight.shape, weight.dtype));
    }
  }
}
