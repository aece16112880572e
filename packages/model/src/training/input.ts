// What users hand to fit, evaluate and predict, as a dataset of batches.
import { Dataset } from '@nablajs/data';
import { ConfigError, type HostArray, type NestedArray, type Tensor } from '@nablajs/tensor';
import { checkBatchSize, DEFAULT_BATCH } from './batch-size.ts';

/** Samples along the first axis: a tensor, nested arrays, or a typed array (one number per sample). */
export type ModelData = Tensor | NestedArray | HostArray;

/**
 * The data in batches. A Dataset is taken as it is.
 * @throws ConfigError when targets are missing, or sizes differ
 */
export function asDataset(
  caller: string,
  x: ModelData | Dataset,
  y: ModelData | undefined,
  sampleWeight: ModelData | undefined,
  batchSize: number = DEFAULT_BATCH,
): Dataset {
  if (x instanceof Dataset) {
    if (y !== undefined) throw new ConfigError(`${caller}: a Dataset brings its own targets; leave out y.`);
    return x;
  }
  if (y === undefined)
    throw new ConfigError(`${caller}: targets are missing. Call ${caller}(x, y), or pass a Dataset of { x, y }.`);
  checkBatchSize(caller, batchSize);
  return samples(x, y, sampleWeight).batch(batchSize);
}

/** The data sample by sample. */
export function samples(x: ModelData, y: ModelData, sampleWeight: ModelData | undefined): Dataset {
  return Dataset.from({ x, y, ...(sampleWeight === undefined ? {} : { sampleWeight }) });
}
