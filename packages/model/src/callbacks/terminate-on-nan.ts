import type { AnyModel } from '../model.ts';
import type { Callback, Logs } from './callback.ts';

/** Ends training at the first batch after which the loss is not a finite number. */
export class TerminateOnNaN implements Callback {
  /** The batch at which that was, or `null`. */
  stoppedBatch: number | null = null;
  #model: AnyModel | null = null;

  setModel(model: AnyModel): void {
    this.#model = model;
    this.stoppedBatch = null;
  }

  onBatchEnd(batch: number, logs: Logs): void {
    const { loss } = logs;
    if (loss === undefined || Number.isFinite(loss)) return;
    this.stoppedBatch = batch;
    this.#model!.stopTraining = true;
  }
}
