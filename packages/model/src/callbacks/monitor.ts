import { adviceFor, ConfigError } from '@nablajs/tensor';
import type { Logs, TrainingPlan } from './callback.ts';

/** Whether smaller (`min`) or larger (`max`) is better; `auto` takes `max` for accuracies and the like. */
export type MonitorMode = 'auto' | 'min' | 'max';

const LARGER_IS_BETTER =
  /acc|auc|precision|recall|f1|fBeta|r2|iou|kappa|correlation|similarity|exactMatch|predictiveValue|successIndex|diceScore|explainedVariance|jaccard|specificity|sensitivity|mcc/i;

/** Watches one of the logs for improvement. */
export class Monitor {
  readonly name: string;
  /** The best value so far. */
  best: number;
  readonly #callback: string;
  readonly #sign: 1 | -1;
  readonly #minDelta: number;
  #validates = false;

  /** @throws ConfigError for an unknown mode */
  constructor(callback: string, name: string, mode: MonitorMode, minDelta: number = 0) {
    if (!['auto', 'min', 'max'].includes(mode)) {
      throw new ConfigError(`${callback}: mode must be 'auto', 'min' or 'max', got '${String(mode)}'.`);
    }
    this.#callback = callback;
    this.name = name;
    this.#minDelta = Math.abs(minDelta);
    this.#sign = mode === 'max' || (mode === 'auto' && LARGER_IS_BETTER.test(name)) ? 1 : -1;
    this.best = this.worst;
  }

  /** Worse than everything. */
  get worst(): number {
    return -this.#sign * Number.POSITIVE_INFINITY;
  }

  /** A training begins. */
  begin(plan: TrainingPlan | undefined): void {
    this.#validates = plan?.validates ?? false;
  }

  /**
   * The watched value at the end of an epoch; `undefined` in an epoch that was not validated, of a training in which others are.
   * @throws ConfigError when this training reports none
   */
  readEpoch(logs: Logs): number | undefined {
    const isOfOthers = this.#validates && this.name.startsWith('val') && !Object.keys(logs).some(isOfValidation);
    return isOfOthers ? undefined : this.read(logs);
  }

  /** The watched value. Throws ConfigError when this training reports none. */
  read(logs: Logs): number {
    const value = logs[this.name];
    if (value !== undefined) return value;
    const known = Object.keys(logs);
    throw new ConfigError(
      `${this.#callback}: there is no '${this.name}' to watch; this training reports ${known.join(', ')}. ` +
        (this.name.startsWith('val') && !known.some(isOfValidation)
          ? 'Pass validationData for the val... numbers, or set monitor to one of these.'
          : adviceFor(this.name, known)),
    );
  }

  /** Whether a value is better than another, by more than `minDelta`. */
  isBetter(value: number, than: number = this.best): boolean {
    return this.#sign * (value - than) > this.#minDelta;
  }
}

function isOfValidation(key: string): boolean {
  return key.startsWith('val');
}
