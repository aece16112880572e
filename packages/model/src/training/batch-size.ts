import { ConfigError } from '@nablajs/tensor';

/** Batches of 32 unless said otherwise, as in Keras. */
export const DEFAULT_BATCH = 32;

/** Throws ConfigError unless a batch size is a whole number of at least 1. */
export function checkBatchSize(caller: string, batchSize: number): void {
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new ConfigError(`${caller}: batchSize must be a whole number of at least 1, got ${batchSize}.`);
  }
}
