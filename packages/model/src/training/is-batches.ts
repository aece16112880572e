import type { Dataset } from '@nablajs/data';
import type { Batches } from './source.ts';

/** True for what yields batches: tensors, arrays and records do not. */
export function isBatches(value: unknown): value is Dataset | Batches {
  if (typeof value === 'function') return true;
  if (typeof value !== 'object' || value === null) return false;
  return Symbol.asyncIterator in value || (Symbol.iterator in value && 'next' in value);
}
