// Samples as users give them: numbers one after the other, for each input or target.
import { ConfigError, type HostArray, hostArray, ShapeError, sizeOf } from '@nablajs/tensor';
import type { StoredPlace } from './format.ts';

/** Samples one after the other, row-major: a typed array or a flat list of numbers. */
export type PredictorValues = ArrayLike<number>;

/** How many samples were given for places. @throws ShapeError unless they are whole, and as many for each */
export function samplesIn(caller: string, places: readonly StoredPlace[], values: readonly PredictorValues[]): number {
  const counts = places.map(({ name, shape }, i) => {
    const [length, each] = [values[i]!.length, sizeOf(shape)];
    if (length > 0 && length % each === 0) return length / each;
    throw new ShapeError(
      `${caller}: a sample of '${name}' has ${each} numbers (shape [${shape.join(', ')}]), and ${length} were given: not a whole number of samples.`,
    );
  });
  if (counts.some((count) => count !== counts[0])) {
    const list = places.map(({ name }, i) => `${counts[i]} of '${name}'`).join(', ');
    throw new ShapeError(`${caller}: all inputs need the same number of samples, got ${list}.`);
  }
  return counts[0]!;
}

/** The only batch size that a file was written for, or the one that is asked for. @throws ConfigError, ShapeError */
export function batchFor(caller: string, samples: number, asked: number | undefined, only: number | null): number {
  const size = asked ?? only ?? 32;
  if (!Number.isInteger(size) || size < 1) {
    throw new ConfigError(`${caller}: batchSize must be a whole number of at least 1, got ${size}.`);
  }
  if (only !== null && (size !== only || samples % only !== 0)) {
    throw new ShapeError(
      `${caller}: this file computes with batches of exactly ${only}, got ${samples} samples${size === only ? '' : ` and batchSize ${size}`}. ` +
        "Fill up the last batch, or export for batches of any size: batchSize 'any'.",
    );
  }
  return size;
}

/** Some of the samples, each by its number. */
export function samplesAt(
  values: PredictorValues,
  { dtype, shape }: StoredPlace,
  count: number,
  numberOf: (i: number) => number,
): HostArray {
  const each = sizeOf(shape);
  const part = hostArray(dtype, count * each);
  for (let i = 0; i < count; i++) {
    const from = numberOf(i) * each;
    for (let k = 0; k < each; k++) part[i * each + k] = values[from + k]!;
  }
  return part;
}
