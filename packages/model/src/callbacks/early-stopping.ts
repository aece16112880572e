import { configFrom, fromData, type HostArray } from '@nablajs/tensor';
import type { StoredTensor } from '../files/safetensors.ts';
import type { AnyModel } from '../model.ts';
import type { Callback, CallbackState, Logs, TrainingPlan } from './callback.ts';
import { Monitor, type MonitorMode } from './monitor.ts';

/** Options of {@link EarlyStopping}, with Keras' defaults. */
export interface EarlyStoppingOptions {
  /** The log to watch. Default `valLoss`. */
  readonly monitor?: string;
  /** Smaller changes count as none. Default 0. */
  readonly minDelta?: number;
  /** Epochs without improvement to wait for. Default 0. */
  readonly patience?: number;
  /** Default `auto`. */
  readonly mode?: MonitorMode;
  /** Training that does not get better than this counts as no improvement. Default: any counts. */
  readonly baseline?: number;
  /** Put back the weights of the best epoch at the end. Default `false`. */
  readonly restoreBestWeights?: boolean;
  /** Epochs to let pass before watching. Default 0. */
  readonly startFromEpoch?: number;
}

const OPTIONS = ['monitor', 'minDelta', 'patience', 'mode', 'baseline', 'restoreBestWeights', 'startFromEpoch'];

/** Stops training when a number stops improving. */
export class EarlyStopping implements Callback {
  /** The epoch training stopped at, or `null`. */
  stoppedEpoch: number | null = null;
  bestEpoch = 0;
  readonly #options: EarlyStoppingOptions;
  readonly #monitor: Monitor;
  #model: AnyModel | null = null;
  #waited = 0;
  #kept: readonly HostArray[] | null = null;

  constructor(options: EarlyStoppingOptions = {}) {
    const { monitor = 'valLoss', mode = 'auto', minDelta = 0 } = options;
    this.#options = configFrom<object>('EarlyStopping', {}, options, OPTIONS);
    this.#monitor = new Monitor('EarlyStopping', monitor, mode, minDelta);
  }

  /** The best value so far. */
  get best(): number {
    return this.#monitor.best;
  }

  setModel(model: AnyModel, plan?: TrainingPlan): void {
    this.#model = model;
    this.#monitor.begin(plan);
  }

  onTrainBegin(): void {
    this.stoppedEpoch = null;
    this.bestEpoch = 0;
    this.#monitor.best = this.#monitor.worst;
    this.#waited = 0;
    this.#kept = null;
  }

  async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    const { startFromEpoch = 0, baseline, patience = 0 } = this.#options;
    if (epoch < startFromEpoch) return;
    const value = this.#monitor.readEpoch(logs);
    if (value === undefined) return;
    const isBest = this.#monitor.isBetter(value);
    if (isBest) {
      this.#monitor.best = value;
      this.bestEpoch = epoch;
    }
    // Of a training that never improves, the first epoch is the best.
    if (this.#options.restoreBestWeights && (isBest || this.#kept === null)) {
      this.#kept = await Promise.all(this.#model!.weights.map(({ value: weight }) => weight.data()));
    }
    this.#waited++;
    if (isBest && (baseline === undefined || this.#monitor.isBetter(value, baseline))) this.#waited = 0;
    if (isBest || this.#waited < patience || epoch === 0) return;
    this.stoppedEpoch = epoch;
    this.#model!.stopTraining = true;
  }

  onTrainEnd(): void {
    for (const [i, data] of this.#kept?.entries() ?? []) {
      const weight = this.#model!.weights[i]!;
      weight.assign(fromData(data, weight.shape, weight.dtype));
    }
  }

  state(): CallbackState {
    const tensors = new Map<string, StoredTensor>();
    for (const [i, data] of this.#kept?.entries() ?? []) {
      const { shape, dtype } = this.#model!.weights[i]!;
      tensors.set(`${i}`, { shape, dtype, data });
    }
    // JSON has no infinities.
    const best = Number.isFinite(this.best) ? this.best : null;
    return { json: { best, bestEpoch: this.bestEpoch, waited: this.#waited }, tensors };
  }

  restore({ json, tensors }: CallbackState): void {
    const { best, bestEpoch, waited } = json as { best: number | null; bestEpoch: number; waited: number };
    this.#monitor.best = best ?? this.#monitor.worst;
    this.bestEpoch = bestEpoch;
    this.#waited = waited;
    this.#kept = tensors && tensors.size > 0 ? [...tensors.values()].map(({ data }) => data) : null;
  }
}
