import type { Model } from '../model.ts';

/** Numbers reported while training: `loss`, metric names, and the same with `val` in front after validation. */
export type Logs = Readonly<Record<string, number>>;

/** How long a training is. */
export interface TrainingPlan {
  readonly epochs: number;
  /** Batches per epoch, when the data knows its size. */
  readonly steps: number | undefined;
}

/**
 * Looks over the shoulder of `fit`. Every method is optional; `fit` waits for promises. Set `model.stopTraining = true`
 * to end after the current epoch.
 */
export interface Callback {
  /** Called once, before anything else. */
  setModel?(model: Model, plan: TrainingPlan): void;
  onTrainBegin?(): void | Promise<void>;
  onEpochBegin?(epoch: number): void | Promise<void>;
  /** `logs` are the running values of the epoch. Reading them each batch costs time: leave it out when not needed. */
  onBatchEnd?(batch: number, logs: Logs): void | Promise<void>;
  onEpochEnd?(epoch: number, logs: Logs): void | Promise<void>;
  onTrainEnd?(logs: Logs): void | Promise<void>;
}
