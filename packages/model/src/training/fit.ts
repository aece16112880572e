// The training loop: one compiled step per batch, everything else around it.
import { Dataset } from '@nablajs/data';
import { ConfigError, withRandomStream } from '@nablajs/tensor';
import type { Callback, Logs } from '../callbacks/callback.ts';
import { History } from '../callbacks/history.ts';
import type { Model } from '../model.ts';
import { Progress } from '../progress.ts';
import { stepBatch } from './batch.ts';
import { checkBatchSize, DEFAULT_BATCH } from './batch-size.ts';
import { breather } from './breathe.ts';
import { checkInput, checkLabels } from './check.ts';
import { evaluateModel } from './evaluate.ts';
import { asDataset, type ModelData, samples } from './input.ts';
import { layerLabel } from './labels.ts';
import { asValidation, feedHostMetrics, readLogs } from './read.ts';
import { type ClassWeight, type StepBatch, type Steps, stepsFor } from './steps.ts';

/** Options of `model.fit`, named and meant as in Keras. */
export interface FitOptions {
  /** Samples per step. Default 32 (or all, when there are fewer). A Dataset brings its own batches. */
  readonly batchSize?: number;
  /** Passes over the data. Default 1. */
  readonly epochs?: number;
  /** Where counting starts, to resume a training: epochs `initialEpoch` to `epochs - 1` are run. Default 0. */
  readonly initialEpoch?: number;
  /** `[x, y]`, `[x, y, sampleWeight]` or a Dataset, evaluated after each epoch. */
  readonly validationData?: readonly [ModelData, ModelData] | readonly [ModelData, ModelData, ModelData] | Dataset;
  /** The last part of the data, taken before shuffling, used as validation data. Between 0 and 1; default 0. */
  readonly validationSplit?: number;
  /** New order in each epoch, from the seed. Default `true`; a Dataset decides for itself. */
  readonly shuffle?: boolean;
  readonly callbacks?: readonly Callback[];
  /** Factors on the loss of samples, by class. */
  readonly classWeight?: ClassWeight;
  /** A factor on the loss of each sample. */
  readonly sampleWeight?: ModelData;
  /** 0: nothing; 1 or `auto`: a progress bar on a terminal, one line per epoch elsewhere; 2: one line per epoch. Default `auto`. */
  readonly verbose?: 'auto' | 0 | 1 | 2;
  /** Stop after this many batches per epoch. */
  readonly stepsPerEpoch?: number;
  /** Ends the training between two batches; `fit` rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

interface Prepared {
  readonly training: Dataset;
  readonly validation: Dataset | null;
}

/** Trains a compiled model. */
export async function fitModel(
  model: Model,
  x: ModelData | Dataset,
  y: ModelData | FitOptions | undefined,
  settings: FitOptions | undefined,
): Promise<History> {
  const [truth, options = {}] =
    x instanceof Dataset ? [undefined, settings ?? (y as FitOptions | undefined)] : [y as ModelData, settings];
  const { epochs = 1, initialEpoch = 0 } = options;
  if (!Number.isInteger(epochs) || epochs < 1)
    throw new ConfigError(`fit: epochs must be a whole number of at least 1, got ${epochs}.`);
  const { training, validation } = prepareData(x, truth, options);
  const stepsPerEpoch =
    options.stepsPerEpoch === undefined
      ? training.size
      : Math.min(options.stepsPerEpoch, training.size ?? Number.POSITIVE_INFINITY);

  const history = new History();
  const progress = options.verbose === 0 ? null : new Progress();
  const callbacks: Callback[] = [history, ...(options.callbacks ?? [])];
  for (const callback of [progress, ...callbacks]) callback?.setModel?.(model, { epochs, steps: stepsPerEpoch });

  model.stopTraining = false;
  const loop = new EpochLoop(model, training, options, callbacks, progress, stepsPerEpoch);
  let logs: Logs = {};
  await each(callbacks, (callback) => callback.onTrainBegin?.());
  for (let epoch = initialEpoch; epoch < epochs && !model.stopTraining; epoch++) {
    progress?.onEpochBegin(epoch);
    await each(callbacks, (callback) => callback.onEpochBegin?.(epoch));
    logs = await loop.run(epoch, epoch === initialEpoch);
    if (validation)
      logs = {
        ...logs,
        ...asValidation(await evaluateModel(model, validation, undefined, options)),
      };
    const finished = logs;
    progress?.onEpochEnd(epoch, finished);
    await each(callbacks, (callback) => callback.onEpochEnd?.(epoch, finished));
  }
  await each(callbacks, (callback) => callback.onTrainEnd?.(logs));
  return history;
}

async function each(callbacks: readonly Callback[], f: (callback: Callback) => void | Promise<void>): Promise<void> {
  for (const callback of callbacks) await f(callback);
}

class EpochLoop {
  readonly #model: Model;
  readonly #data: Dataset;
  readonly #options: FitOptions;
  readonly #watchers: readonly Callback[];
  readonly #progress: Progress | null;
  readonly #limit: number | undefined;
  // One for all epochs: some are shorter than a breath.
  readonly #breathe = breather();

  constructor(
    model: Model,
    data: Dataset,
    options: FitOptions,
    callbacks: readonly Callback[],
    progress: Progress | null,
    limit: number | undefined,
  ) {
    this.#model = model;
    this.#data = data;
    this.#options = options;
    this.#watchers = callbacks.filter((callback) => callback.onBatchEnd);
    this.#progress = progress;
    this.#limit = limit;
  }

  /** One pass over the data; in the first, every batch is looked at before it is used. */
  async run(epoch: number, first: boolean): Promise<Logs> {
    const { classWeight, signal } = this.#options;
    const model = this.#model;
    let steps: Steps | null = null;
    let batches = 0;
    let seen = 0;
    for await (const item of this.#data.epoch(model.trainingStream(), epoch)) {
      signal?.throwIfAborted();
      const batch = stepBatch('fit', item);
      if (steps === null) {
        model.build(batch.x.spec);
        steps = await stepsFor(model, batch.x.spec, batch.y.spec);
        steps.reset();
      }
      if (first) this.#inspect(steps, batch, seen);
      const { train } = steps;
      const { prediction } = await withRandomStream(model.trainingStream(), () => train(batch, classWeight));
      await feedHostMetrics(steps, batch, prediction);
      seen += batch.x.shape[0]!;
      await this.#report(steps, batches);
      await this.#breathe();
      if (++batches === this.#limit) break;
    }
    if (steps === null) throw new ConfigError('fit: the data are empty. There must be at least one sample.');
    return readLogs(steps);
  }

  #inspect(steps: Steps, batch: StepBatch, offset: number): void {
    const { layers } = this.#model;
    checkInput(batch.x, offset, layerLabel(layers[0]!));
    checkLabels(steps.setup.loss, batch.y, this.#model.outputSpec(batch.x.spec), layerLabel(layers.at(-1)!));
  }

  async #report(steps: Steps, batch: number): Promise<void> {
    const draw = this.#progress?.wantsBatch === true;
    if (!draw && this.#watchers.length === 0) return;
    const logs = await readLogs(steps);
    if (draw) this.#progress!.onBatchEnd(batch, logs);
    await each(this.#watchers, (callback) => callback.onBatchEnd?.(batch, logs));
  }
}

function prepareData(x: ModelData | Dataset, y: ModelData | undefined, options: FitOptions): Prepared {
  const { batchSize, validationData, validationSplit = 0, shuffle = true, sampleWeight } = options;
  const given =
    validationData &&
    (validationData instanceof Dataset
      ? validationData
      : asDataset('fit', validationData[0], validationData[1], validationData[2], batchSize));
  if (x instanceof Dataset) {
    if (validationSplit > 0)
      throw new ConfigError(
        'fit: validationSplit needs arrays, for a Dataset cannot be cut. Split the data first: dataset.split(0.9).',
      );
    return { training: asDataset('fit', x, y, sampleWeight), validation: given ?? null };
  }
  if (y === undefined)
    throw new ConfigError('fit: targets are missing. Call fit(x, y), or pass a Dataset of { x, y }.');
  if (!(validationSplit >= 0 && validationSplit < 1))
    throw new ConfigError(`fit: validationSplit must lie in [0, 1), got ${validationSplit}.`);
  const all = samples(x, y, sampleWeight);
  const count = all.size ?? 0;
  if (count === 0) throw new ConfigError('fit: the data are empty. There must be at least one sample.');
  const held = Math.floor(count * validationSplit);
  const kept = held > 0 ? all.take(count - held) : all;
  const validation = given ?? (held > 0 ? all.skip(count - held).batch(batchSize ?? DEFAULT_BATCH) : null);
  if (batchSize !== undefined) {
    checkBatchSize('fit', batchSize);
    if (batchSize > count - held) {
      throw new ConfigError(
        `fit: batchSize ${batchSize} is larger than the ${count - held} samples there are to train on. Use at most ${count - held}, or leave it out.`,
      );
    }
  }
  const ordered = shuffle ? kept.shuffle() : kept;
  return { training: ordered.batch(batchSize ?? Math.min(DEFAULT_BATCH, count - held)), validation };
}
