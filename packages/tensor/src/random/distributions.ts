// Random tensors. Each draw has a key of its own; the same seed gives the same uniform bits on every backend.
import { ConfigError } from '../errors.ts';
import { placeholderLeaf } from '../graph/node.ts';
import { applyOp } from '../op.ts';
import { randomBitsOp } from '../ops/random.ts';
import type { Shape } from '../spec.ts';
import { Tensor } from '../tensor.ts';
import { currentTrace } from '../trace.ts';
import { type DrawScope, KEY_SPEC, keyLeaf, randomStream } from './stream.ts';

let scope: DrawScope | null = null;

/** Runs `f` with all its draws under the key of `draws`. */
export function withDraws<T>(draws: DrawScope, f: () => T): T {
  const outer = scope;
  scope = draws;
  try {
    return f();
  } finally {
    scope = outer;
  }
}

/** 24 random bits per element, int32 in [0, 2^24). */
export function randomBits(shape: Shape): Tensor {
  const draws = currentTrace()?.draws ?? scope;
  const size = [...shape];
  if (draws === null) {
    return new Tensor(applyOp(randomBitsOp, [keyLeaf(randomStream().nextKey())], { shape: size, offset: 0 }));
  }
  draws.key ??= placeholderLeaf('random key', KEY_SPEC);
  return new Tensor(applyOp(randomBitsOp, [draws.key], { shape: size, offset: draws.count++ }));
}

/** Bounds of {@link randomUniform}. */
export interface UniformOptions {
  /** Smallest value. Default 0. */
  readonly minval?: number;
  /** Values stay below it, but for rounding (once in about 2^24 draws, other bounds than 0 and 1). Default 1. */
  readonly maxval?: number;
}

/**
 * Uniformly distributed float32 values in `[minval, maxval)`, on a grid of 2^24 steps.
 * @throws ConfigError when `minval` is above `maxval`
 */
export function randomUniform(shape: Shape, { minval = 0, maxval = 1 }: UniformOptions = {}): Tensor {
  if (!(minval <= maxval))
    throw new ConfigError(`randomUniform: minval ${minval} is above maxval ${maxval}. Swap them.`);
  const unit = randomBits(shape)
    .cast('float32')
    .mul(2 ** -24);
  return unit.mul(maxval - minval).add(minval);
}

/** Parameters of {@link randomNormal} and {@link truncatedNormal}. */
export interface NormalOptions {
  /** Default 0. */
  readonly mean?: number;
  /** Standard deviation. Default 1. */
  readonly stddev?: number;
}

/** Normally distributed float32 values, by the Box-Muller transform. */
export function randomNormal(shape: Shape, { mean = 0, stddev = 1 }: NormalOptions = {}): Tensor {
  // (bits + 0.5) / 2^24 lies in (0, 1), so that its logarithm is finite.
  const u = randomBits(shape)
    .cast('float32')
    .add(0.5)
    .mul(2 ** -24);
  const v = randomUniform(shape);
  const radius = u.log().mul(-2).sqrt();
  return radius
    .mul(v.mul(2 * Math.PI).cos())
    .mul(stddev)
    .add(mean);
}

/**
 * Zeros and ones, one with probability `p`. bool.
 * @throws ConfigError for a probability outside of [0, 1]
 */
export function randomBernoulli(shape: Shape, p: number): Tensor {
  if (!(p >= 0 && p <= 1)) throw new ConfigError(`randomBernoulli: the probability must lie in [0, 1], got ${p}.`);
  return randomBits(shape).less(Math.round(p * 2 ** 24));
}

/**
 * Whole numbers in `[minval, maxval)`, int32; the same on every backend.
 * @throws ConfigError for bounds that are not whole, more than 2^24 apart, or in the wrong order
 */
export function randomInteger(shape: Shape, minval: number, maxval: number): Tensor {
  const count = maxval - minval;
  if (!Number.isInteger(minval) || !Number.isInteger(maxval) || count < 1 || count > 2 ** 24) {
    throw new ConfigError(
      `randomInteger: needs whole bounds at most 2^24 apart, minval below maxval; got ${minval} and ${maxval}.`,
    );
  }
  // floor(bits * count / 2^24) by long multiplication in digits of 12 bits: float32 would round, now and then to `count`.
  const bits = randomBits(shape);
  const [high, low] = [bits.floorDiv(DIGIT), bits.mod(DIGIT)];
  const [countHigh, countLow] = [Math.floor(count / DIGIT), count % DIGIT];
  const middle = high.mul(countLow).add(low.mul(countHigh));
  return high
    .mul(countHigh)
    .add(middle.add(low.mul(countLow).floorDiv(DIGIT)).floorDiv(DIGIT))
    .add(minval);
}

const DIGIT = 4096;

/** Normally distributed float32 values within two standard deviations of the mean, by inverting the distribution function. */
export function truncatedNormal(shape: Shape, { mean = 0, stddev = 1 }: NormalOptions = {}): Tensor {
  // erf(2 / sqrt 2): the mass of [-2, 2] under the standard normal.
  const MASS = 0.9544997361036416;
  const u = randomBits(shape)
    .cast('float32')
    .add(0.5)
    .mul(2 * MASS * 2 ** -24)
    .sub(MASS);
  return inverseErf(u)
    .mul(Math.SQRT2 * stddev)
    .add(mean);
}

// M. Giles, "Approximating the erfinv function" (2010), single precision.
const CENTRAL = [
  2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503, -0.00417768164,
  0.246640727, 1.50140941,
];
const TAIL = [
  -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047,
  1.00167406, 2.83297682,
];

function inverseErf(x: Tensor): Tensor {
  const w = x.square().neg().log1p().neg();
  const horner = (coefficients: readonly number[], at: Tensor): Tensor =>
    coefficients.slice(2).reduce((sum, c) => sum.mul(at).add(c), at.mul(coefficients[0]!).add(coefficients[1]!));
  return w
    .less(5)
    .where(horner(CENTRAL, w.sub(2.5)), horner(TAIL, w.sqrt().sub(3)))
    .mul(x);
}
