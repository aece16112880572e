import type { Callback, Logs } from './callback.ts';

/** What `fit` returns: every number of every epoch. */
export class History implements Callback {
  /** `history.loss`, `history.valAccuracy`, ...: one number per epoch. */
  readonly history: Record<string, number[]> = {};
  /** The epochs that were run, counted from 0. */
  readonly epoch: number[] = [];

  onEpochEnd(epoch: number, logs: Logs): void {
    this.epoch.push(epoch);
    for (const [name, value] of Object.entries(logs)) {
      this.history[name] ??= [];
      this.history[name].push(value);
    }
  }
}
