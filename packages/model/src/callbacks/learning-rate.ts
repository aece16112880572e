// Callbacks that change the learning rate.
import { ConfigError, configFrom } from '@nablajs/tensor';
import type { AnyModel } from '../model.ts';
import type { Callback, CallbackState, TrainingPlan } from './callback.ts';
import { Monitor, type MonitorMode } from './monitor.ts';

async function rateOf(model: AnyModel): Promise<number> {
  return model.optimizer.learningRate.value.item() as Promise<number>;
}

/** Options of {@link ReduceLROnPlateau}, with Keras' defaults. */
export interface ReduceLROnPlateauOptions {
  /** The log to watch. Default `valLoss`. */
  readonly monitor?: string;
  /** What the rate is multiplied by. Below 1; default 0.1. */
  readonly factor?: number;
  /** Epochs without improvement to wait for. Default 10. */
  readonly patience?: number;
  /** Default `auto`. */
  readonly mode?: MonitorMode;
  /** Smaller changes count as none. Default 1e-4. */
  readonly minDelta?: number;
  /** Epochs to wait after a reduction before watching again. Default 0. */
  readonly cooldown?: number;
  /** The rate does not fall below. Default 0. */
  readonly minLearningRate?: number;
}

const OPTIONS = ['monitor', 'factor', 'patience', 'mode', 'minDelta', 'cooldown', 'minLearningRate'];

/** Lowers the learning rate when a number stops improving. The rate is reported as `learningRate`. */
export class ReduceLROnPlateau implements Callback {
  readonly #options: ReduceLROnPlateauOptions;
  readonly #monitor: Monitor;
  #model: AnyModel | null = null;
  #waited = 0;
  #cooling = 0;

  /** @throws ConfigError for a factor of 1 or more */
  constructor(options: ReduceLROnPlateauOptions = {}) {
    const { monitor = 'valLoss', mode = 'auto', minDelta = 1e-4, factor = 0.1 } = options;
    if (!(factor > 0 && factor < 1)) {
      throw new ConfigError(
        `ReduceLROnPlateau: factor must lie between 0 and 1, or the rate does not fall, got ${factor}.`,
      );
    }
    this.#options = configFrom<object>('ReduceLROnPlateau', {}, options, OPTIONS);
    this.#monitor = new Monitor('ReduceLROnPlateau', monitor, mode, minDelta);
  }

  setModel(model: AnyModel, plan?: TrainingPlan): void {
    this.#model = model;
    this.#monitor.begin(plan);
  }

  onTrainBegin(): void {
    this.#monitor.best = this.#monitor.worst;
    this.#waited = 0;
    this.#cooling = 0;
  }

  async onEpochEnd(_: number, logs: Record<string, number>): Promise<void> {
    const { factor = 0.1, patience = 10, cooldown = 0, minLearningRate = 0 } = this.#options;
    const rate = await rateOf(this.#model!);
    logs['learningRate'] = rate;
    const value = this.#monitor.readEpoch(logs);
    if (value === undefined) return;
    if (this.#cooling > 0) {
      this.#cooling--;
      this.#waited = 0;
    }
    if (this.#monitor.isBetter(value)) {
      this.#monitor.best = value;
      this.#waited = 0;
      return;
    }
    if (this.#cooling > 0 || ++this.#waited < patience) return;
    if (rate <= Math.fround(minLearningRate)) return;
    this.#model!.optimizer.learningRate = Math.max(rate * factor, minLearningRate);
    this.#cooling = cooldown;
    this.#waited = 0;
  }

  state(): CallbackState {
    const best = Number.isFinite(this.#monitor.best) ? this.#monitor.best : null;
    return { json: { best, waited: this.#waited, cooling: this.#cooling } };
  }

  restore({ json }: CallbackState): void {
    const { best, waited, cooling } = json as { best: number | null; waited: number; cooling: number };
    this.#monitor.best = best ?? this.#monitor.worst;
    this.#waited = waited;
    this.#cooling = cooling;
  }
}

/** The learning rate of an epoch, counted from 0, from that of the one before. */
export type EpochSchedule = (epoch: number, learningRate: number) => number | Promise<number>;

/** Sets the learning rate at the beginning of each epoch. It is reported as `learningRate`. */
export class LearningRateScheduler implements Callback {
  readonly #schedule: EpochSchedule;
  #model: AnyModel | null = null;

  /**
   * @throws ConfigError for what is no function
   * @example new LearningRateScheduler((epoch, rate) => (epoch < 10 ? rate : rate * 0.9))
   */
  constructor(schedule: EpochSchedule) {
    if (typeof schedule !== 'function') {
      throw new ConfigError(
        `LearningRateScheduler: needs a function of epoch and rate, got ${JSON.stringify(schedule)}. A fixed rate belongs to the optimizer.`,
      );
    }
    this.#schedule = schedule;
  }

  setModel(model: AnyModel): void {
    this.#model = model;
  }

  /** @throws ConfigError when the schedule gives no number */
  async onEpochBegin(epoch: number): Promise<void> {
    const rate = await this.#schedule(epoch, await rateOf(this.#model!));
    if (!Number.isFinite(rate)) {
      throw new ConfigError(
        `LearningRateScheduler: the schedule gave ${String(rate)} for epoch ${epoch}, not a number.`,
      );
    }
    this.#model!.optimizer.learningRate = rate;
  }

  async onEpochEnd(_: number, logs: Record<string, number>): Promise<void> {
    logs['learningRate'] = await rateOf(this.#model!);
  }
}
