// One walk through batches of the user's own.
import { ConfigError, isRecord } from '@nablajs/tensor';
import type { Batches, BatchInput, RawBatch, Walk } from './source.ts';

/** Begins to walk. */
export function begin(batches: Batches): AsyncIterator<BatchInput> | Iterator<BatchInput> {
  const walk: Walk = typeof batches === 'function' ? batches() : batches;
  return Symbol.asyncIterator in walk ? walk[Symbol.asyncIterator]() : walk[Symbol.iterator]();
}

/** A batch by the names of its parts. Throws ConfigError for what is none. */
export function read(batch: BatchInput): RawBatch {
  if (Array.isArray(batch)) {
    const [x, y, sampleWeight] = batch as readonly unknown[];
    return { x, y, sampleWeight };
  }
  if (isRecord(batch) && batch['x'] !== undefined) return batch as unknown as RawBatch;
  throw new ConfigError('fit: a batch must be { x, y } or [x, y], got something else from the stream of batches.');
}
