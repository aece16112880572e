import { configFrom } from '@nablajs/tensor';
import { requireFiles } from '../files/disk.ts';
import type { AnyModel } from '../model.ts';
import type { Callback, CallbackState, Logs, TrainingPlan } from './callback.ts';
import { checkFrequency } from './frequency.ts';
import { Monitor, type MonitorMode } from './monitor.ts';
import { fillPattern } from './pattern.ts';

/** Options of {@link ModelCheckpoint}, with Keras' defaults. */
export interface ModelCheckpointOptions {
  /** The log that says which model is best. Default `valLoss`. */
  readonly monitor?: string;
  /** Save only when that got better. Default `false`: always. */
  readonly saveBestOnly?: boolean;
  /** Save the weights alone, for `model.loadWeights`. Default `false`: the whole model, with the optimizer's state. */
  readonly saveWeightsOnly?: boolean;
  /** Default `auto`. */
  readonly mode?: MonitorMode;
  /** After each epoch, or after every so many batches. Default `epoch`. */
  readonly saveFreq?: 'epoch' | number;
  /** With `saveBestOnly`: what the first model must be better than. Default: nothing. */
  readonly initialValueThreshold?: number;
}

const OPTIONS = ['monitor', 'saveBestOnly', 'saveWeightsOnly', 'mode', 'saveFreq', 'initialValueThreshold'];

/**
 * Saves the model while it is trained, each file whole or not at all.
 * @example new ModelCheckpoint('models/{epoch:02d}-{valLoss:.3f}.safetensors', { saveBestOnly: true })
 */
export class ModelCheckpoint implements Callback {
  /** The file that was written last, or `null`. */
  lastSaved: string | null = null;
  readonly #path: string;
  readonly #options: ModelCheckpointOptions;
  readonly #monitor: Monitor;
  readonly #every: number | null;
  #model: AnyModel | null = null;
  #epoch = 0;
  #batches = 0;

  /**
   * @param path where to save; `{epoch}` counts from 1, `{batch}` and all logs may be named, with a format as in
   *   `{epoch:02d}` and `{valLoss:.3f}`
   * @throws ConfigError where there are no files, as in browsers, and for wrong options
   */
  constructor(path: string, options: ModelCheckpointOptions = {}) {
    requireFiles('ModelCheckpoint');
    const { monitor = 'valLoss', mode = 'auto', saveFreq = 'epoch', initialValueThreshold } = options;
    this.#path = path;
    this.#options = configFrom<object>('ModelCheckpoint', {}, options, OPTIONS);
    this.#monitor = new Monitor('ModelCheckpoint', monitor, mode);
    this.#every = checkFrequency('ModelCheckpoint', 'saveFreq', saveFreq);
    if (initialValueThreshold !== undefined) this.#monitor.best = initialValueThreshold;
  }

  setModel(model: AnyModel, plan?: TrainingPlan): void {
    this.#model = model;
    this.#monitor.begin(plan);
  }

  onEpochBegin(epoch: number): void {
    this.#epoch = epoch;
  }

  wantsLogs(): boolean {
    return this.#every !== null && (this.#batches + 1) % this.#every === 0;
  }

  async onBatchEnd(batch: number, logs: Logs): Promise<void> {
    this.#batches++;
    if (this.#every !== null && this.#batches % this.#every === 0) await this.#save(logs, batch);
  }

  async onEpochEnd(_: number, logs: Logs): Promise<void> {
    if (this.#every === null) await this.#save(logs, null);
  }

  state(): CallbackState {
    const { best } = this.#monitor;
    return { json: { best: Number.isFinite(best) ? best : null, batches: this.#batches } };
  }

  restore({ json }: CallbackState): void {
    const { best, batches } = json as { best: number | null; batches: number };
    this.#monitor.best = best ?? this.#monitor.worst;
    this.#batches = batches;
  }

  async #save(logs: Logs, batch: number | null): Promise<void> {
    if (this.#options.saveBestOnly) {
      const value = batch === null ? this.#monitor.readEpoch(logs) : this.#monitor.read(logs);
      if (value === undefined || !this.#monitor.isBetter(value)) return;
      this.#monitor.best = value;
    }
    const fields = { ...logs, epoch: this.#epoch + 1, ...(batch === null ? {} : { batch: batch + 1 }) };
    const path = fillPattern('ModelCheckpoint', this.#path, fields);
    const model = this.#model!;
    await (this.#options.saveWeightsOnly ? model.saveWeights(path) : model.save(path));
    this.lastSaved = path;
  }
}
