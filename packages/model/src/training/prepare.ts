// What `fit` is given, as training and validation data in batches.
import type { Dataset } from '@nablajs/data';
import { ConfigError, isTensor } from '@nablajs/tensor';
import type { AnyModel } from '../model.ts';
import { checkBatchSize, DEFAULT_BATCH } from './batch-size.ts';
import type { FitOptions } from './fit.ts';
import { asSource, isSource, type ModelInput, samples } from './input.ts';
import { rowBatches } from './rows.ts';
import { type Batches, type BatchSource, limited } from './source.ts';

/** Data in batches. */
export interface Prepared {
  readonly training: BatchSource;
  readonly validation: BatchSource | null;
}

/** Throws ConfigError for data and options that do not go together, or leave nothing to train on. */
export function prepareData(
  model: AnyModel,
  x: ModelInput | Dataset | Batches,
  y: ModelInput | undefined,
  options: FitOptions,
): Prepared {
  const { validationSplit = 0, stepsPerEpoch, validationSteps, validationBatchSize } = options;
  if (stepsPerEpoch !== undefined) checkCount('stepsPerEpoch', stepsPerEpoch);
  if (validationSteps !== undefined) checkCount('validationSteps', validationSteps);
  if (validationBatchSize !== undefined) checkCount('validationBatchSize', validationBatchSize);
  checkPair(x, options.validationData);
  const given = validationOf(model, options);
  const { training, validation } = isSource(x)
    ? { training: wholeSource(model, x, y, options), validation: null }
    : split(model, x, y, options);
  if (given && validationSplit > 0)
    throw new ConfigError('fit: validationData and validationSplit both say what to validate on. Leave one out.');
  const chosen = given ?? validation;
  return { training: limited(training, stepsPerEpoch), validation: chosen && limited(chosen, validationSteps) };
}

function validationOf(
  model: AnyModel,
  { validationData, validationBatchSize, batchSize }: FitOptions,
): BatchSource | null {
  if (validationData === undefined) return null;
  if (isSource(validationData)) return asSource('fit', model, validationData, undefined, undefined);
  const [x, y, sampleWeight] = validationData;
  try {
    return asSource('fit', model, x, y, sampleWeight, validationBatchSize ?? batchSize);
  } catch (error) {
    if (!(error instanceof ConfigError) || !/empty/.test(error.detail)) throw error;
    throw new ConfigError('fit: validationData are empty. Give at least one sample, or leave validationData out.', {
      cause: error,
    });
  }
}

/** Validation data are a pair; the inputs alone are a list as well, and would be taken for one. */
function checkPair(x: ModelInput | Dataset | Batches, data: FitOptions['validationData']): void {
  if (!Array.isArray(data)) return;
  const [axes, own] = [axesOf(x), axesOf(data[0])];
  if (data.length >= 2 && data.length <= 3 && (axes === null || own === null || axes === own)) return;
  throw new ConfigError(
    'fit: validationData must be [x, y], inputs and targets like those to train on. ' +
      (data.length < 2 || data.length > 3
        ? `Got a list of ${data.length}.`
        : `Its x has ${own} ${own === 1 ? 'axis' : 'axes'}, that of the training data ${axes}.`),
  );
}

/** How many axes a tensor or nested lists of numbers have; `null` for anything else. */
function axesOf(value: unknown): number | null {
  if (isTensor(value)) return value.rank;
  if (ArrayBuffer.isView(value)) return 1;
  if (!Array.isArray(value)) return typeof value === 'number' ? 0 : null;
  const inner = value.length === 0 || isTensor(value[0]) ? null : axesOf(value[0]);
  return inner === null ? null : inner + 1;
}

function wholeSource(
  model: AnyModel,
  x: Dataset | Batches,
  y: ModelInput | undefined,
  { validationSplit = 0, sampleWeight }: FitOptions,
): BatchSource {
  if (validationSplit > 0)
    throw new ConfigError(
      'fit: validationSplit needs arrays, for a Dataset cannot be cut. Split the data first: dataset.split(0.9).',
    );
  return asSource('fit', model, x, y, sampleWeight);
}

function split(model: AnyModel, x: ModelInput, y: ModelInput | undefined, options: FitOptions): Prepared {
  const { batchSize, validationSplit = 0, validationBatchSize, shuffle = true, sampleWeight } = options;
  if (!(validationSplit >= 0 && validationSplit < 1))
    throw new ConfigError(
      `fit: validationSplit must lie in [0, 1), got ${validationSplit}.${validationSplit > 1 ? ` For ${validationSplit} % write ${validationSplit / 100}.` : ''}`,
    );
  const all = samples('fit', model, x, y, sampleWeight);
  const count = all.rows;
  const held = Math.floor(count * validationSplit);
  if (validationSplit > 0 && held === 0) {
    throw new ConfigError(
      `fit: validationSplit ${validationSplit} of ${count} samples leaves none to validate on. Use at least ${Math.ceil(100 / count) / 100}, or give validationData.`,
    );
  }
  const to = count - held;
  if (batchSize !== undefined) {
    checkBatchSize('fit', batchSize);
    if (batchSize > to) {
      throw new ConfigError(
        `fit: batchSize ${batchSize} is larger than the ${to} samples there are to train on. Use at most ${to}, or leave it out.`,
      );
    }
  }
  const size = batchSize ?? Math.min(DEFAULT_BATCH, to);
  const validationSize = validationBatchSize ?? batchSize ?? DEFAULT_BATCH;
  return {
    training: rowBatches(all, size, { to, shuffle }),
    validation: held > 0 ? rowBatches(all, validationSize, { from: to }) : null,
  };
}

function checkCount(name: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new ConfigError(`fit: ${name} must be a whole number of at least 1, got ${value}.`);
}
