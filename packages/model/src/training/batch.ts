import type { Batch } from '@nablajs/data';
import { ConfigError, Tensor } from '@nablajs/tensor';
import type { StepBatch } from './steps.ts';

/** A dataset's batch as the steps take it. Throws ConfigError when it has no targets. */
export function stepBatch(caller: string, { x, y, sampleWeight }: Batch): StepBatch {
  if (!(x instanceof Tensor) || !(y instanceof Tensor)) {
    throw new ConfigError(
      `${caller}: batches must hold one tensor x and one tensor y, as Dataset.from({ x, y }) makes them.`,
    );
  }
  return { x, y, ...(sampleWeight instanceof Tensor ? { sampleWeight } : {}) };
}
