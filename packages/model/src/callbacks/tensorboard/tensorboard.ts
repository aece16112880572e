import { requireFiles } from '../../files/disk.ts';
import { weightEntries } from '../../files/entries.ts';
import type { AnyModel } from '../../model.ts';
import type { Callback, CallbackState, Logs } from '../callback.ts';
import { checkFrequency } from '../frequency.ts';
import { EventFile } from './event-file.ts';

/** Options of {@link TensorBoard}. */
export interface TensorBoardOptions {
  /** Where to write. Default `logs`; give each run a folder of its own, `logs/run-1`, to compare them. */
  readonly logDir?: string;
  /** Histograms of all weights after every so many epochs. Default 0: none. */
  readonly histogramFreq?: number;
  /** When numbers are written: after each epoch, each batch, or every so many batches (and each epoch). Default `epoch`. */
  readonly updateFreq?: 'epoch' | 'batch' | number;
}

/**
 * Writes what TensorBoard shows: loss, metrics and the learning rate of each epoch under `train`, those of validation under
 * `validation`, with the names of Keras (`epoch_loss`, `batch_loss`). Look at it with `tensorboard --logdir logs`.
 */
export class TensorBoard implements Callback {
  readonly #folder: string;
  readonly #histograms: number;
  readonly #every: number | null;
  #model: AnyModel | null = null;
  #train: EventFile | null = null;
  #validation: EventFile | null = null;
  #batches = 0;

  /** @throws ConfigError where there are no files, as in browsers */
  constructor({ logDir = 'logs', histogramFreq = 0, updateFreq = 'epoch' }: TensorBoardOptions = {}) {
    requireFiles('TensorBoard');
    this.#folder = logDir;
    this.#histograms = histogramFreq;
    this.#every = checkFrequency('TensorBoard', 'updateFreq', updateFreq === 'batch' ? 1 : updateFreq);
  }

  setModel(model: AnyModel): void {
    this.#model = model;
    this.#train = null;
    this.#validation = null;
  }

  wantsLogs(): boolean {
    return this.#every !== null && this.#batches % this.#every === 0;
  }

  onBatchEnd(_: number, logs: Logs): void {
    const at = this.#batches++;
    if (this.#every === null || at % this.#every !== 0) return;
    for (const [name, value] of Object.entries(logs)) this.#trainFile.scalar(`batch_${name}`, at, value);
  }

  async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    const rate = await this.#model!.compilation?.optimizer?.learningRate.value.item();
    const numbers: Logs = { ...logs, ...(rate === undefined ? {} : { learningRate: rate as number }) };
    for (const [name, value] of Object.entries(numbers)) {
      const validated = /^val([A-Z].*)$/.exec(name)?.[1];
      if (validated === undefined) this.#trainFile.scalar(`epoch_${snake(name)}`, epoch, value);
      else this.#validationFile.scalar(`epoch_${snake(validated)}`, epoch, value);
    }
    if (this.#histograms > 0 && epoch % this.#histograms === 0) {
      for (const [name, weight] of weightEntries(this.#model!)) {
        this.#trainFile.histogram(`${name}/histogram`, epoch, await weight.value.data());
      }
    }
    await this.#flush();
  }

  async onTrainEnd(): Promise<void> {
    await this.#flush();
  }

  state(): CallbackState {
    return { json: { batches: this.#batches } };
  }

  restore({ json }: CallbackState): void {
    this.#batches = (json as { batches: number }).batches;
  }

  get #trainFile(): EventFile {
    this.#train ??= new EventFile(`${this.#folder}/train`);
    return this.#train;
  }

  get #validationFile(): EventFile {
    this.#validation ??= new EventFile(`${this.#folder}/validation`);
    return this.#validation;
  }

  async #flush(): Promise<void> {
    await this.#train?.flush();
    await this.#validation?.flush();
  }
}

/** `learningRate` → `learning_rate`, as Keras names what TensorBoard groups by. */
function snake(name: string): string {
  return `${name[0]!.toLowerCase()}${name.slice(1)}`.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
