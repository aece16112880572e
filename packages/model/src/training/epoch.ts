// One pass over the data: a compiled step per batch, everything else around it.
import { ConfigError, withRandomStream } from '@nablajs/tensor';
import { type Callback, each, type Logs } from '../callbacks/callback.ts';
import type { AnyModel } from '../model.ts';
import { stepBatch } from './batch.ts';
import { breather } from './breathe.ts';
import { checkBatch } from './check.ts';
import { feedHostMetrics, readLogs } from './read.ts';
import type { TrainingSession } from './session.ts';
import type { BatchSource } from './source.ts';
import { type StepBatch, type Steps, stepsFor } from './steps.ts';
import { alone } from './turns.ts';
import { type ClassWeights, classWeightsPerOutput } from './weights.ts';

/** What an epoch is run with. */
export interface EpochOptions {
  readonly classWeight: ClassWeights | undefined;
  readonly signal: AbortSignal | undefined;
  readonly callbacks: readonly Callback[];
}

/** Runs epochs of one training. */
export class EpochLoop {
  readonly #model: AnyModel;
  readonly #data: BatchSource;
  readonly #options: EpochOptions;
  readonly #session: TrainingSession;
  // One for all epochs: some are shorter than a breath.
  readonly #breathe = breather();
  #steps: Steps | null = null;

  constructor(model: AnyModel, data: BatchSource, session: TrainingSession, options: EpochOptions) {
    this.#model = model;
    this.#data = data;
    this.#session = session;
    this.#options = options;
  }

  /** One pass; in the first, every batch is looked at before it is used. */
  async run(epoch: number, isFirst: boolean): Promise<Logs> {
    try {
      return await this.#pass(epoch, isFirst);
    } finally {
      if (this.#steps) this.#steps.isTraining = false;
    }
  }

  async #pass(epoch: number, isFirst: boolean): Promise<Logs> {
    const { callbacks, signal } = this.#options;
    const { stream, done } = this.#session.begin(epoch);
    let steps: Steps | null = null;
    let at = 0;
    let seen = 0;
    for await (const item of this.#data.epoch(stream, epoch)) {
      signal?.throwIfAborted();
      const batch = stepBatch('fit', this.#model, item);
      seen += batch.x[0]!.shape[0]!;
      // Batches that an earlier run has used are only walked past; the last of them at least tells the shapes.
      if (at < done) {
        if (++at === done) steps = await this.#start(batch, true);
        continue;
      }
      steps ??= await this.#start(batch, false);
      if (isFirst) {
        checkBatch(this.#model, steps, batch, { offset: seen - batch.x[0]!.shape[0]!, rows: item.rows });
      }
      await each(callbacks, (callback) => callback.onBatchBegin?.(at));
      await this.#step(steps, batch, at);
      await this.#breathe();
      at++;
      if (this.#model.stopTraining) break;
    }
    if (steps === null) throw empty(epoch);
    const counted = steps;
    return alone(this.#model, () => readLogs(counted, 'train'));
  }

  #start(batch: StepBatch, isResumed: boolean): Promise<Steps> {
    return alone(this.#model, async () => {
      const steps = await stepsFor(this.#model, batch);
      this.#steps = steps;
      steps.isTraining = true;
      this.#session.start(steps);
      // Traced, it knows what is counted, should there be no batch left.
      if (isResumed) await steps.train.prepare(batch, this.#classWeights());
      return steps;
    });
  }

  async #step(steps: Steps, batch: StepBatch, at: number): Promise<void> {
    const watchers = this.#options.callbacks.filter((callback) => callback.onBatchEnd);
    const reading = new Set(watchers.filter((callback) => callback.wantsLogs?.(at) ?? true));
    const logs = await alone(this.#model, async () => {
      const weights = this.#classWeights();
      const result = await withRandomStream(this.#model.trainingStream(), () => steps.train(batch, weights));
      this.#session.keep(await feedHostMetrics(steps, batch, result));
      this.#session.advance();
      return reading.size > 0 ? readLogs(steps, 'train') : {};
    });
    // Callbacks may evaluate, and have the model to themselves meanwhile.
    await each(watchers, (callback) => callback.onBatchEnd?.(at, reading.has(callback) ? logs : {}));
  }

  #classWeights(): ReturnType<typeof classWeightsPerOutput> {
    return classWeightsPerOutput(this.#options.classWeight, this.#model.outputPlaces);
  }
}

function empty(epoch: number): ConfigError {
  return new ConfigError(
    epoch === 0
      ? 'fit: the data are empty. There must be at least one sample.'
      : `fit: the data ran out before epoch ${epoch + 1}. A generator can be walked only once: pass a function that begins anew, fit(() => batches()), or fewer epochs.`,
  );
}
