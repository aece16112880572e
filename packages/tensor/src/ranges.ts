// Evenly spaced numbers.
import { create, fromData } from './creation.ts';
import { ConfigError } from './errors.ts';
import { iotaOp } from './ops/constant.ts';
import { asType, representable } from './ops/elementwise/coerce.ts';
import type { DType } from './spec.ts';
import type { Tensor } from './tensor.ts';

/**
 * `start, start + step, ...` below (or above, for negative steps) `stop`. `arange(n)` counts from 0. int32 by default when all are whole and fit.
 * @throws ConfigError for bounds that are not finite, and a step of 0
 */
export function arange(start: number, stop?: number, step: number = 1, dtype?: DType): Tensor {
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  if (step === 0 || !Number.isFinite((to - from) / step)) {
    throw new ConfigError(
      `arange: cannot count from ${from} to ${to} in steps of ${step}. Use finite bounds and a step other than 0.`,
    );
  }
  const count = Math.max(0, Math.ceil((to - from) / step));
  const whole = [from, step, from + step * Math.max(0, count - 1)].every((value) => representable(value, 'int32'));
  const kind = dtype ?? (whole ? 'int32' : 'float32');
  const index = create(iotaOp, { shape: [count], axis: 0, dtype: kind === 'bool' ? 'int32' : kind });
  return asType(index.mul(step).add(from), kind);
}

/**
 * `count` numbers from `start` to `stop`, both included, evenly spaced. float32.
 * @throws ConfigError for a count that is no whole number of at least 1
 */
export function linspace(start: number, stop: number, count: number): Tensor {
  if (!Number.isInteger(count) || count < 1)
    throw new ConfigError(`linspace: count must be a whole number of at least 1, got ${count}.`);
  const data = new Float32Array(count);
  for (let i = 0; i < count; i++) data[i] = count === 1 ? start : start + ((stop - start) * i) / (count - 1);
  return fromData(data);
}
