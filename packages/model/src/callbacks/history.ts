import type { Callback, CallbackState, Logs } from './callback.ts';

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

  state(): CallbackState {
    // Text, for JSON has no NaN.
    const history = Object.entries(this.history).map(([name, values]) => [name, values.map(String)]);
    return { json: { epoch: [...this.epoch], history: Object.fromEntries(history) } };
  }

  restore({ json }: CallbackState): void {
    const { epoch, history } = json as { epoch: number[]; history: Record<string, string[]> };
    this.epoch.splice(0, this.epoch.length, ...epoch);
    for (const [name, values] of Object.entries(history)) this.history[name] = values.map(Number);
  }
}
