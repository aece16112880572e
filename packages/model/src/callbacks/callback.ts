import { ConfigError, closest, isRecord } from '@nablajs/tensor';
import type { StoredTensor } from '../files/safetensors.ts';
import type { AnyModel } from '../model.ts';
import type { TrainingSession } from '../training/session.ts';

/** Numbers reported while training: `loss`, metric names, and the same with `val` in front after validation. */
export type Logs = Readonly<Record<string, number>>;

/** How long a training is, and where it stands. */
export interface TrainingPlan {
  readonly epochs: number;
  /** Batches per epoch, when the data knows its size. */
  readonly steps: number | undefined;
  /** Whether there are data to validate on, after every epoch or some. */
  readonly validates: boolean;
  /** For callbacks that keep a training and go on with it later. */
  readonly session: TrainingSession;
}

/** What a callback needs to go on in another process. */
export interface CallbackState {
  readonly json: unknown;
  readonly tensors?: ReadonlyMap<string, StoredTensor>;
}

/**
 * Looks over the shoulder of `fit`. Every method is optional; `fit` waits for promises. Set `model.stopTraining = true`
 * to end after the current batch or epoch.
 */
export interface Callback {
  /** Called once, before anything else. */
  setModel?(model: AnyModel, plan: TrainingPlan): void;
  onTrainBegin?(): void | Promise<void>;
  onEpochBegin?(epoch: number): void | Promise<void>;
  onBatchBegin?(batch: number): void | Promise<void>;
  /**
   * Whether `onBatchEnd` of this batch needs the logs, which costs time to read; an empty record is passed where it does
   * not. Default: always.
   */
  wantsLogs?(batch: number): boolean;
  /** `logs` are the running values of the epoch. */
  onBatchEnd?(batch: number, logs: Logs): void | Promise<void>;
  /** Validation begins, of an epoch or while it runs. */
  onTestBegin?(): void | Promise<void>;
  onTestEnd?(logs: Logs): void | Promise<void>;
  /** What is added to `logs` here is seen by later callbacks and the history. */
  onEpochEnd?(epoch: number, logs: Record<string, number>): void | Promise<void>;
  /** All callbacks have seen the end of an epoch. */
  onEpochDone?(epoch: number): void | Promise<void>;
  onTrainEnd?(logs: Logs): void | Promise<void>;
  /** What the callback needs to go on in another process; for backups. */
  state?(): CallbackState;
  /** Goes on from what `state` gave. */
  restore?(state: CallbackState): void;
}

const METHODS: Readonly<Record<keyof Callback, true>> = {
  setModel: true,
  onTrainBegin: true,
  onEpochBegin: true,
  onBatchBegin: true,
  wantsLogs: true,
  onBatchEnd: true,
  onTestBegin: true,
  onTestEnd: true,
  onEpochEnd: true,
  onEpochDone: true,
  onTrainEnd: true,
  state: true,
  restore: true,
};

/** Throws ConfigError for what nobody would ever call: a class without `new`, a function, a method of another name. */
export function checkCallbacks(callbacks: unknown): void {
  if (!Array.isArray(callbacks)) {
    throw new ConfigError('fit: callbacks must be a list: { callbacks: [new EarlyStopping()] }.');
  }
  for (const callback of callbacks as readonly unknown[]) {
    if (typeof callback !== 'object' || callback === null) {
      const name = (callback as { readonly name?: string } | null | undefined)?.name;
      throw new ConfigError(
        `fit: a callback must be an object with methods such as onEpochEnd, got ${typeof callback}${name ? ` ${name}` : ''}. Write new EarlyStopping(), or { onEpochEnd(epoch, logs) { ... } }.`,
      );
    }
    // Helpers may have names of their own; a slip of the pen is close to a name there is.
    for (const key of isRecord(callback) ? Object.keys(callback) : []) {
      const meant = /^on[A-Z]/.test(key) && !(key in METHODS) ? closest(key, Object.keys(METHODS)) : undefined;
      if (meant) throw new ConfigError(`fit: no callback is told '${key}'. Did you mean '${meant}'?`);
    }
  }
}

/** Calls a method of every callback, one after the other. */
export async function each(
  callbacks: readonly Callback[],
  f: (callback: Callback) => void | Promise<void> | undefined,
): Promise<void> {
  for (const callback of callbacks) await f(callback);
}
