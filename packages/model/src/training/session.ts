// Where a running training stands, so that it can be kept and gone on with: everything beside weights and optimizer.
import { type RandomState, RandomStream, type Tensor, type Variable } from '@nablajs/tensor';
import type { Callback, CallbackState } from '../callbacks/callback.ts';
import type { AnyModel } from '../model.ts';
import { type HostBatch, replayHostMetrics } from './read.ts';
import type { Steps } from './steps.ts';

/** Where a training stands. */
export interface TrainingPosition {
  /** The running epoch, or the next one. */
  readonly epoch: number;
  /** How many of its batches are done. */
  readonly batch: number;
  /** Where the orders of the epoch were drawn from. */
  readonly epochRandom: RandomState;
  /** Where the next draws come from. */
  readonly random: RandomState;
}

/** What was counted in the running epoch. */
export interface EpochSoFar {
  /** Sums and counts by name. */
  readonly sums: ReadonlyMap<string, Tensor>;
  /** What metrics on the host were given. */
  readonly hostBatches: readonly HostBatch[];
}

/** One training, while it runs. */
export class TrainingSession {
  /** Set it to keep what metrics on the host are given, for going on in the middle of an epoch. */
  keepsHostBatches = false;
  readonly callbacks: readonly Callback[];
  readonly #model: AnyModel;
  #position: TrainingPosition;
  #steps: Steps | null = null;
  #restored: EpochSoFar | null = null;
  #hostBatches: HostBatch[] = [];
  #states: readonly (CallbackState | null)[] = [];

  constructor(model: AnyModel, epoch: number, callbacks: readonly Callback[]) {
    this.#model = model;
    this.callbacks = callbacks;
    const random = model.trainingStream().state;
    this.#position = { epoch, batch: 0, epochRandom: random, random };
  }

  get position(): TrainingPosition {
    return this.#position;
  }

  /** Sums and counts of the running epoch by name; none between epochs. */
  get sums(): ReadonlyMap<string, Variable> {
    return this.#position.batch > 0 && this.#steps ? this.#steps.sums : new Map();
  }

  /** What metrics on the host were given in the running epoch, where it is kept; nothing between epochs. */
  get hostBatches(): readonly HostBatch[] {
    return this.#position.batch > 0 ? this.#hostBatches : [];
  }

  /**
   * In `onTrainBegin`: goes on from where another training stood. Weights and optimizer are the caller's to restore.
   * @param states of the callbacks, in their order
   */
  resume(position: TrainingPosition, epoch: EpochSoFar, states: readonly (CallbackState | null)[]): void {
    this.#position = position;
    this.#restored = epoch;
    this.#states = states;
    this.#model.randomState = position.random;
  }

  // ── for the training loop ─────────────────────────────────────────────────

  /** Every callback has begun, and may go on from another state now. */
  restoreCallbacks(): void {
    for (const [i, state] of this.#states.entries()) if (state) this.callbacks[i]?.restore?.(state);
  }

  /** Begins an epoch; returns where its orders are drawn from, and how many of its batches are done already. */
  begin(epoch: number): { readonly stream: RandomStream; readonly done: number } {
    const { batch, epochRandom } = this.#position;
    // In the middle of an epoch its orders are drawn again, beside the stream that has long moved on.
    if (this.#restored && batch > 0) return { stream: RandomStream.from(epochRandom), done: batch };
    this.#restored = null;
    this.#hostBatches = [];
    const stream = this.#model.trainingStream();
    this.#position = { epoch, batch: 0, epochRandom: stream.state, random: stream.state };
    return { stream, done: 0 };
  }

  /** The first batch is about to be used. */
  start(steps: Steps): void {
    this.#steps = steps;
    steps.reset();
    if (this.#restored) {
      steps.restoreSums(this.#restored.sums);
      for (const batch of this.#restored.hostBatches) replayHostMetrics(steps.objectives, batch);
      this.keep(this.#restored.hostBatches);
    }
    this.#restored = null;
  }

  /** Metrics on the host were given something. */
  keep(batches: readonly HostBatch[]): void {
    if (this.keepsHostBatches) this.#hostBatches.push(...batches);
  }

  /** A batch was used. */
  advance(): void {
    const { batch } = this.#position;
    this.#position = { ...this.#position, batch: batch + 1, random: this.#model.trainingStream().state };
  }

  /** An epoch is over. */
  end(epoch: number): void {
    this.#hostBatches = [];
    const random = this.#model.trainingStream().state;
    this.#position = { epoch: epoch + 1, batch: 0, epochRandom: random, random };
  }
}
