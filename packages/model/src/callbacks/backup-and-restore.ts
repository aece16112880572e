import { ConfigError, FormatError } from '@nablajs/tensor';
import { readIfThere, removeAttempts, removeFile, requireFiles, writeBytes } from '../files/disk.ts';
import type { AnyModel } from '../model.ts';
import type { Callback, TrainingPlan } from './callback.ts';
import { checkFrequency } from './frequency.ts';

/** Options of {@link BackupAndRestore}. */
export interface BackupAndRestoreOptions {
  /** After each epoch, or after every so many batches. Default `epoch`. */
  readonly saveFreq?: 'epoch' | number;
  /** Remove the backup when training ends as it should. Default `true`. */
  readonly deleteCheckpoint?: boolean;
}

/**
 * Keeps a running training on the disk. Run again with the same data and options after it was killed, `fit` goes on where the
 * last backup was made, also in the middle of an epoch, and ends as if nothing had happened: with the same weights,
 * optimizer state, random numbers and history. The other callbacks go on as well.
 *
 * One thing is beyond it: streams of batches must come again as they came. Backups in the middle of an epoch hold its predictions
 * so far where metrics need them that work on the host, such as `AUC`.
 * @example await model.fit(x, y, { epochs: 100, callbacks: [new BackupAndRestore('backup')] })
 */
export class BackupAndRestore implements Callback {
  /** Where training went on, when it did: epoch, and batches of it that were done before. */
  resumedAt: { readonly epoch: number; readonly batch: number } | null = null;
  readonly #file: string;
  readonly #every: number | null;
  readonly #deleteAtEnd: boolean;
  #model: AnyModel | null = null;
  #plan: TrainingPlan | null = null;

  /**
   * @param folder where the backup is kept, one training per folder
   * @throws ConfigError where there are no files, as in browsers
   */
  constructor(folder: string, { saveFreq = 'epoch', deleteCheckpoint = true }: BackupAndRestoreOptions = {}) {
    requireFiles('BackupAndRestore');
    if (typeof folder !== 'string' || folder === '') {
      throw new ConfigError(`BackupAndRestore: needs the folder to keep the backup in, got ${JSON.stringify(folder)}.`);
    }
    this.#file = `${folder}/training.safetensors`;
    this.#every = checkFrequency('BackupAndRestore', 'saveFreq', saveFreq);
    this.#deleteAtEnd = deleteCheckpoint;
  }

  setModel(model: AnyModel, plan: TrainingPlan): void {
    this.#model = model;
    this.#plan = plan;
    this.resumedAt = null;
    if (this.#every !== null) plan.session.keepsHostBatches = true;
  }

  /** @throws FormatError for a damaged backup, or one of another model */
  async onTrainBegin(): Promise<void> {
    await removeAttempts(this.#file);
    const bytes = await readIfThere(this.#file);
    if (!bytes) return;
    const { restoreTraining } = await import('../files/training-file.ts');
    try {
      const { epoch, batch } = restoreTraining(this.#model!, this.#plan!.session, bytes, this.#file);
      this.resumedAt = { epoch, batch };
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      throw new FormatError(`BackupAndRestore: ${error.detail} Remove the file to begin anew.`, { cause: error });
    }
  }

  wantsLogs(): boolean {
    return false;
  }

  async onBatchEnd(batch: number): Promise<void> {
    if (this.#every !== null && (batch + 1) % this.#every === 0) await this.#save();
  }

  async onEpochDone(): Promise<void> {
    await this.#save();
  }

  async onTrainEnd(): Promise<void> {
    if (this.#deleteAtEnd) await removeFile(this.#file);
  }

  async #save(): Promise<void> {
    const { trainingBytes } = await import('../files/training-file.ts');
    await writeBytes(this.#file, await trainingBytes(this.#model!, this.#plan!.session));
  }
}
