import { ConfigError, formatShape, fromData, type Tensor } from '@nablajs/tensor';
import { Dataset } from '../dataset/dataset.ts';

/** Options of {@link slidingWindows}. */
export interface WindowOptions {
  /** Time steps per sample. */
  readonly length: number;
  /** Time steps between the beginnings of neighbouring samples. Default 1. */
  readonly stride?: number;
  /** Time steps between the values inside a sample. Default 1. */
  readonly rate?: number;
  /** How many steps after a sample's last one its target lies. Default 1, the step that follows. */
  readonly horizon?: number;
}

/** A series: one row per time step. */
export interface Series {
  /** Row-major values, `steps * features`. */
  readonly data: Float32Array;
  /** Numbers per time step. Default 1. */
  readonly features?: number;
}

/**
 * A time series cut into overlapping samples `x [length, features]`, each with the values `y [features]` of a later step as
 * its target; in order of time, so that `split` keeps the future out of the past. Nothing is copied before a batch is made.
 * @throws ConfigError when the series is too short for one sample
 * @example const [past, future] = slidingWindows({ data: temperatures }, { length: 24 }).split(0.8)
 */
export function slidingWindows(
  { data, features = 1 }: Series,
  { length, stride = 1, rate = 1, horizon = 1 }: WindowOptions,
): Dataset<Tensor, Tensor> {
  for (const [name, value] of Object.entries({ features, length, stride, rate, horizon })) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new ConfigError(`slidingWindows: ${name} must be a whole number of at least 1, got ${value}.`);
    }
  }
  if (data.length % features !== 0) {
    throw new ConfigError(`slidingWindows: ${data.length} values are no whole steps of ${features} features.`);
  }
  const steps = data.length / features;
  const reach = (length - 1) * rate + horizon;
  if (steps <= reach) {
    throw new ConfigError(
      `slidingWindows: a sample and its target span ${reach + 1} steps; the series ${formatShape([steps, features])} has ${steps}.`,
    );
  }
  return Dataset.fromSource({
    length: Math.floor((steps - reach - 1) / stride) + 1,
    read(indices) {
      const x = new Float32Array(indices.length * length * features);
      const y = new Float32Array(indices.length * features);
      let at = 0;
      for (const [row, index] of indices.entries()) {
        const start = index * stride;
        for (let step = 0; step < length; step++, at += features) {
          const from = (start + step * rate) * features;
          x.set(data.subarray(from, from + features), at);
        }
        const target = (start + reach) * features;
        y.set(data.subarray(target, target + features), row * features);
      }
      return {
        x: fromData(x, [indices.length, length, features]),
        y: fromData(y, [indices.length, features]),
      };
    },
  });
}
