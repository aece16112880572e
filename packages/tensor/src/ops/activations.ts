// The activations of Keras 3 that are not ops of their own (relu, sigmoid, tanh, softmax, logSoftmax, softplus are).
// Where a formula bends, the derivative at the bend is that of the branch which holds it.
import { ShapeError } from '../errors.ts';
import { formatShape } from '../spec.ts';
import type { Tensor } from '../tensor.ts';
import { iotaLike } from './constant.ts';
import { cumsum } from './cumulative.ts';
import { softplus } from './elementwise/unary.ts';
import { normalizeAxis } from './infer.ts';
import { sort } from './sort.ts';

/** The identity. */
export function linear(x: Tensor): Tensor {
  return x;
}

/** `e^x`. */
export function exponential(x: Tensor): Tensor {
  return x.exp();
}

/** `x` above 0, `alpha (e^x - 1)` elsewhere. Clevert et al., 2015, arXiv:1511.07289. */
export function elu(x: Tensor, alpha: number = 1): Tensor {
  const positive = x.greater(0);
  // The branch not taken must stay finite: 0 times an infinite slope would be NaN.
  return positive.where(x, positive.where(0, x).expm1().mul(alpha));
}

/** `x` above 0, `alpha (e^(x / alpha) - 1)` elsewhere. Barron, 2017, arXiv:1704.07483. */
export function celu(x: Tensor, alpha: number = 1): Tensor {
  const positive = x.greater(0);
  return positive.where(x, positive.where(0, x).div(alpha).expm1().mul(alpha));
}

/** `scale * elu(x, alpha)` with the constants that keep mean 0 and variance 1. Klambauer et al., 2017, arXiv:1706.02515. */
export function selu(x: Tensor): Tensor {
  return elu(x, 1.6732632423543772).mul(1.0507009873554805);
}

/** `x` above 0, `negativeSlope * x` elsewhere. */
export function leakyRelu(x: Tensor, negativeSlope: number = 0.2): Tensor {
  return x.greater(0).where(x, x.mul(negativeSlope));
}

/** `min(max(x, 0), 6)`. */
export function relu6(x: Tensor): Tensor {
  return x.relu().minimum(6);
}

/** `x * sigmoid(x)`. Ramachandran et al., 2017, arXiv:1710.05941. */
export function silu(x: Tensor): Tensor {
  return x.mul(x.sigmoid());
}

/** Another name of {@link silu}. */
export const swish: (x: Tensor) => Tensor = silu;

/** Options of {@link gelu}. */
export interface GeluOptions {
  /** The tanh formula instead of the exact one. Default `false`. */
  readonly approximate?: boolean;
}

/**
 * `x * P(X <= x)` for a standard normal X: `x/2 (1 + erf(x / sqrt 2))`, or approximately
 * `x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))`. Hendrycks and Gimpel, 2016, arXiv:1606.08415.
 */
export function gelu(x: Tensor, { approximate = false }: GeluOptions = {}): Tensor {
  const share = approximate
    ? x
        .add(x.mul(x).mul(x).mul(0.044715))
        .mul(Math.sqrt(2 / Math.PI))
        .tanh()
    : x.mul(Math.SQRT1_2).erf();
  return x.mul(0.5).mul(share.add(1));
}

/**
 * First half times the sigmoid of the second half of `axis` (default: the last), which must be even.
 * `[..., 2 n]` -> `[..., n]`. Dauphin et al., 2016, arXiv:1612.08083.
 * @throws ShapeError for an axis of odd size
 */
export function glu(x: Tensor, axis: number = -1): Tensor {
  const at = normalizeAxis('glu', axis, x.rank);
  const half = x.shape[at]! / 2;
  if (!Number.isInteger(half)) {
    throw new ShapeError(`glu: axis ${at} of ${formatShape(x.shape)} must be even to be halved.`);
  }
  const sizes = x.shape.map((size, i) => (i === at ? half : size));
  const gate = x.slice(
    x.shape.map((_, i) => (i === at ? half : 0)),
    sizes,
  );
  return x.slice([], sizes).mul(gate.sigmoid());
}

/** `x` where `|x| > threshold`, 0 elsewhere. */
export function hardShrink(x: Tensor, threshold: number = 0.5): Tensor {
  return x.abs().greater(threshold).where(x, 0);
}

/** `x` moved towards 0 by `threshold`, and 0 within it. */
export function softShrink(x: Tensor, threshold: number = 0.5): Tensor {
  return x.sub(x.clip(-threshold, threshold));
}

/** `x - tanh(x)`. */
export function tanhShrink(x: Tensor): Tensor {
  return x.sub(x.tanh());
}

/** `x / 6 + 0.5`, limited to 0 to 1. */
export function hardSigmoid(x: Tensor): Tensor {
  return x.div(6).add(0.5).clip(0, 1);
}

/** `x * hardSigmoid(x)`. Howard et al., 2019, arXiv:1905.02244. */
export function hardSilu(x: Tensor): Tensor {
  return x.mul(hardSigmoid(x));
}

/** Another name of {@link hardSilu}. */
export const hardSwish: (x: Tensor) => Tensor = hardSilu;

/** `x` limited to -1 to 1. */
export function hardTanh(x: Tensor): Tensor {
  return x.clip(-1, 1);
}

/** `ln(sigmoid(x))`, without underflow: `-softplus(-x)`. */
export function logSigmoid(x: Tensor): Tensor {
  return softplus(x.neg()).neg();
}

/** `x * tanh(softplus(x))`. Misra, 2019, arXiv:1908.08681. */
export function mish(x: Tensor): Tensor {
  return x.mul(softplus(x).tanh());
}

/** `x / (1 + |x|)`. */
export function softsign(x: Tensor): Tensor {
  return x.div(x.abs().add(1));
}

/** 0 up to -1, `(x + 1)^2 / 4` between, `x` from 1 on. */
export function sparsePlus(x: Tensor): Tensor {
  return x.greaterEqual(1).where(x, x.lessEqual(-1).where(0, x.add(1).square().mul(0.25)));
}

/** `(x + 1) / 2`, limited to 0 to 1: the derivative of {@link sparsePlus}. */
export function sparseSigmoid(x: Tensor): Tensor {
  return x.add(1).mul(0.5).clip(0, 1);
}

/** `(x + sqrt(x^2 + b)) / 2`. Barron, 2021, arXiv:2112.11687. */
export function squareplus(x: Tensor, b: number = 4): Tensor {
  return x.add(x.square().add(b).sqrt()).mul(0.5);
}

/** `x` above `threshold`, `value` elsewhere. */
export function threshold(x: Tensor, threshold: number, value: number): Tensor {
  return x.greater(threshold).where(x, value);
}

/**
 * The nearest point of the probability simplex along `axis` (default: the last): like softmax, with exact zeros.
 * Martins and Astudillo, 2016, arXiv:1602.02068.
 */
export function sparsemax(x: Tensor, axis: number = -1): Tensor {
  const at = normalizeAxis('sparsemax', axis, x.rank);
  const sorted = sort(x, at, { descending: true });
  const rank = iotaLike(x, x.shape, at).cast(x.dtype).add(1);
  const support = sorted.mul(rank).add(1).greater(cumsum(sorted, at));
  const total = support.where(sorted, 0).sum(at, { keepDims: true });
  const limit = total.sub(1).div(support.cast(x.dtype).sum(at, { keepDims: true }));
  return x.sub(limit).relu();
}
