// Constraints on the size of weights.
import type { Tensor } from '@nablajs/tensor';
import { type Field, fraction, nonNegative, positional, readOptions } from '../base/options.ts';
import { Constraint } from './constraint.ts';

/** The option of all constraints on norms. */
export interface NormAxis {
  /**
   * The axes that one norm is taken over. Default 0: the incoming weights of each unit of a `Dense` kernel. `[0, 1, 2]` for
   * each filter of a `Conv2D` kernel.
   */
  readonly axis: number | readonly number[];
}

const AXIS: Field<number | readonly number[]> = {
  must: 'a whole number, or a list of them',
  fallback: 0,
  read: (value) => {
    if (Array.isArray(value)) return value.every(Number.isInteger) ? value : undefined;
    return Number.isInteger(value) ? (value as number) : undefined;
  },
};

/** Added to norms before they divide, as Keras does. */
const EPSILON = 1e-7;

function norms(weight: Tensor, axis: number | readonly number[]): Tensor {
  return weight.square().sum(axis, { keepDims: true }).sqrt();
}

/** Configuration of {@link MaxNorm}. */
export interface MaxNormConfig extends NormAxis {
  /** Default 2. */
  readonly maxValue: number;
}

/** Norms of at most `maxValue`: longer vectors are shortened to it. `new MaxNorm(2)`, the default. */
export class MaxNorm extends Constraint<MaxNormConfig> {
  static override readonly type: string = 'MaxNorm';

  constructor(maxValue?: number | Partial<MaxNormConfig>, options: Partial<NormAxis> = {}) {
    super(readOptions('MaxNorm', { maxValue: nonNegative(2), axis: AXIS }, positional({ maxValue }, options)));
  }

  override apply(weight: Tensor): Tensor {
    const found = norms(weight, this.config.axis);
    return weight.mul(found.minimum(this.config.maxValue).div(found.add(EPSILON)));
  }
}

/** Configuration of {@link MinMaxNorm}. */
export interface MinMaxNormConfig extends NormAxis {
  /** Default 0. */
  readonly minValue: number;
  /** Default 1. */
  readonly maxValue: number;
  /** How far towards the bound each update goes, 1 for all the way. Default 1. */
  readonly rate: number;
}

/** Norms between two bounds: `rate * clip(norm, minValue, maxValue) + (1 - rate) * norm`. */
export class MinMaxNorm extends Constraint<MinMaxNormConfig> {
  static override readonly type: string = 'MinMaxNorm';

  constructor(config: Partial<MinMaxNormConfig> = {}) {
    const fields = { minValue: nonNegative(0), maxValue: nonNegative(1), rate: fraction(1), axis: AXIS };
    super(readOptions('MinMaxNorm', fields, config));
  }

  override apply(weight: Tensor): Tensor {
    const { minValue, maxValue, rate, axis } = this.config;
    const found = norms(weight, axis);
    const desired = found.clip(minValue, maxValue);
    const next = rate === 1 ? desired : desired.mul(rate).add(found.mul(1 - rate));
    return weight.mul(next.div(found.add(EPSILON)));
  }
}

/** Norms of 1. */
export class UnitNorm extends Constraint<NormAxis> {
  static override readonly type: string = 'UnitNorm';

  constructor(axis?: NormAxis['axis'] | Partial<NormAxis>) {
    super(readOptions('UnitNorm', { axis: AXIS }, positional({ axis }, {})));
  }

  override apply(weight: Tensor): Tensor {
    return weight.div(norms(weight, this.config.axis).add(EPSILON));
  }
}

/** No element below 0. */
export class NonNeg extends Constraint {
  static override readonly type: string = 'NonNeg';

  constructor(config: object = {}) {
    super(readOptions('NonNeg', {}, config));
  }

  override apply(weight: Tensor): Tensor {
    return weight.maximum(0);
  }
}
