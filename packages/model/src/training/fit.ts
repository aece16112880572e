// The training loop: epochs, validation, callbacks.
import type { Dataset } from '@nablajs/data';
import { adviceFor, ConfigError } from '@nablajs/tensor';
import { type Callback, checkCallbacks, each, type Logs } from '../callbacks/callback.ts';
import { History } from '../callbacks/history.ts';
import type { AnyModel } from '../model.ts';
import { EpochLoop } from './epoch.ts';
import { evaluateSource } from './evaluate.ts';
import { isSource, type ModelInput } from './input.ts';
import { type Prepared, prepareData } from './prepare.ts';
import { asValidation } from './read.ts';
import { TrainingSession } from './session.ts';
import type { Batches } from './source.ts';
import { asOnlyTraining } from './turns.ts';
import type { ClassWeights } from './weights.ts';

/** Options of `model.fit`, named and meant as in Keras. */
export interface FitOptions {
  /** Samples per step. Default 32 (or all, when there are fewer). A Dataset brings its own batches. */
  readonly batchSize?: number;
  /** Passes over the data. Default 1. */
  readonly epochs?: number;
  /** Where counting starts, to resume a training: epochs `initialEpoch` to `epochs - 1` are run. Default 0. */
  readonly initialEpoch?: number;
  /** `[x, y]`, `[x, y, sampleWeight]` or batches, evaluated after each epoch. Default none. */
  readonly validationData?:
    | readonly [ModelInput, ModelInput]
    | readonly [ModelInput, ModelInput, ModelInput]
    | Dataset
    | Batches;
  /** The last part of the data, taken before shuffling, used as validation data. Between 0 and 1; default 0. */
  readonly validationSplit?: number;
  /** Validate after every so many epochs, or after those in a list, counted from 1. Default 1. */
  readonly validationFreq?: number | readonly number[];
  /** Samples per step of validation. Default `batchSize`. */
  readonly validationBatchSize?: number;
  /** Stop each validation after this many batches. Default: at the end of the data. */
  readonly validationSteps?: number;
  /** New order in each epoch, from the seed. Default `true`; a Dataset decides for itself. */
  readonly shuffle?: boolean;
  /** Told of each epoch and batch, in their order; `fit` waits for what they return. Default none. */
  readonly callbacks?: readonly Callback[];
  /** Factors on the loss of samples, by class; with several outputs a record of them. Default none. */
  readonly classWeight?: ClassWeights;
  /** A factor on the loss of each sample; with several outputs also a list or a record of them. Default none. */
  readonly sampleWeight?: ModelInput;
  /** 0: nothing; 1 or `auto`: a progress bar on a terminal, one line per epoch elsewhere; 2: one line per epoch. Default `auto`. */
  readonly verbose?: 'auto' | 0 | 1 | 2;
  /** Stop after this many batches per epoch. Default: at the end of the data. */
  readonly stepsPerEpoch?: number;
  /** Ends the training between two batches; `fit` rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Trains a compiled model. */
export async function fitModel(
  model: AnyModel,
  x: ModelInput | Dataset | Batches,
  y: ModelInput | FitOptions | undefined,
  settings: FitOptions | undefined,
): Promise<History> {
  const [truth, options = {}] = isSource(x)
    ? [undefined, settings ?? (y as FitOptions | undefined)]
    : [y as ModelInput | undefined, settings];
  checkOptions(options);
  const { epochs = 1 } = options;
  if (!Number.isInteger(epochs) || epochs < 1)
    throw new ConfigError(`fit: epochs must be a whole number of at least 1, got ${epochs}.`);
  const { training, validation } = prepareData(model, x, truth, options);

  return asOnlyTraining(model, () => train(model, { training, validation }, epochs, options));
}

async function train(
  model: AnyModel,
  { training, validation }: Prepared,
  epochs: number,
  options: FitOptions,
): Promise<History> {
  const { initialEpoch = 0, validationFreq = 1, signal } = options;
  const history = new History();
  const progress = options.verbose === 0 ? [] : [new (await import('../progress.ts')).Progress()];
  // The history comes last, to see what others add to the logs.
  const callbacks: readonly Callback[] = [...(options.callbacks ?? []), ...progress, history];
  const session = new TrainingSession(model, initialEpoch, callbacks);
  for (const callback of callbacks) {
    callback.setModel?.(model, { epochs, steps: training.size, validates: validation !== null, session });
  }

  model.stopTraining = false;
  const loop = new EpochLoop(model, training, session, { classWeight: options.classWeight, signal, callbacks });
  let logs: Logs = {};
  await each(callbacks, (callback) => callback.onTrainBegin?.());
  session.restoreCallbacks();
  const first = session.position.epoch;
  for (let epoch = first; epoch < epochs && !model.stopTraining; epoch++) {
    await each(callbacks, (callback) => callback.onEpochBegin?.(epoch));
    const finished: Record<string, number> = { ...(await loop.run(epoch, epoch === first)) };
    if (validation && isDue(validationFreq, epoch)) {
      await each(callbacks, (callback) => callback.onTestBegin?.());
      const scores = await evaluateSource(model, validation, signal);
      await each(callbacks, (callback) => callback.onTestEnd?.(scores));
      Object.assign(finished, asValidation(scores));
    }
    session.end(epoch);
    await each(callbacks, (callback) => callback.onEpochEnd?.(epoch, finished));
    await each(callbacks, (callback) => callback.onEpochDone?.(epoch));
    logs = finished;
  }
  await each(callbacks, (callback) => callback.onTrainEnd?.(logs));
  const optimizer = model.compilation?.optimizer;
  if (optimizer?.config.useEma) optimizer.finalize(model.trainableWeights);
  return history;
}

const OPTIONS: Readonly<Record<keyof FitOptions, true>> = {
  batchSize: true,
  epochs: true,
  initialEpoch: true,
  validationData: true,
  validationSplit: true,
  validationFreq: true,
  validationBatchSize: true,
  validationSteps: true,
  shuffle: true,
  callbacks: true,
  classWeight: true,
  sampleWeight: true,
  verbose: true,
  stepsPerEpoch: true,
  signal: true,
};

function checkOptions(options: FitOptions): void {
  const known = Object.keys(OPTIONS);
  const stray = Object.keys(options).find((name) => !known.includes(name));
  if (stray !== undefined) throw new ConfigError(`fit: option '${stray}' is unknown. ${adviceFor(stray, known)}`);
  checkCallbacks(options.callbacks ?? []);
}

function isDue(frequency: number | readonly number[], epoch: number): boolean {
  return typeof frequency === 'number' ? (epoch + 1) % frequency === 0 : frequency.includes(epoch + 1);
}
