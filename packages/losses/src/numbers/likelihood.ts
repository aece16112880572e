// How likely numbers are under a distribution that the model predicts.
import { formatSpec, ShapeError, type Tensor } from '@nablajs/tensor';
import { alignTruth, ONE_EACH, perSample } from '../base/align.ts';
import { requireRange } from '../base/config.ts';
import { Loss, type LossConfig } from '../base/loss.ts';

/** Options of {@link gaussianNLL}. */
export interface GaussianNLLOptions {
  /** Add the constant `ln(2 pi) / 2`. Default `false`. */
  readonly full?: boolean;
  /** The smallest variance. Default 1e-6. */
  readonly epsilon?: number;
}

/**
 * `(ln(variance) + (mean - truth)^2 / variance) / 2`, averaged over the last axis: for numbers with an uncertainty of their
 * own. Truth `[..., n]` (or `[...]` for one), predictions `[..., 2 n]`: the means, then the variances, which must be
 * positive, from `softplus` for example. -> `[...]`. Nix and Weigend, 1994, doi:10.1109/ICNN.1994.374138.
 * @throws ShapeError when the shapes do not go together
 */
export function gaussianNLL(truth: Tensor, prediction: Tensor, options: GaussianNLLOptions = {}): Tensor {
  return gaussian('gaussianNLL', truth, prediction, options);
}

function gaussian(name: string, truth: Tensor, prediction: Tensor, options: GaussianNLLOptions): Tensor {
  const { full = false, epsilon = 1e-6 } = options;
  const columns = prediction.shape.at(-1) ?? 1;
  if (prediction.rank < 2 || columns % 2 === 1) {
    throw new ShapeError(
      `${name}: the prediction is ${formatSpec(prediction.spec)}, its last axis must hold means and then as many variances.`,
    );
  }
  const half = (from: number): Tensor =>
    prediction.slice(
      [...prediction.shape.slice(1).map(() => 0), from],
      [...prediction.shape.slice(0, -1), columns / 2],
    );
  const [mean, variance] = [half(0), half(columns / 2).maximum(epsilon)];
  const target = alignTruth(name, truth, mean, 'Each true number needs a mean and a variance.');
  const losses = variance.log().add(mean.sub(target).square().div(variance)).mul(0.5);
  return perSample(full ? losses.add(Math.log(2 * Math.PI) / 2) : losses);
}

/** Config of {@link GaussianNLL}. */
export interface GaussianNLLConfig extends LossConfig, Required<GaussianNLLOptions> {}

/** {@link gaussianNLL} as a loss. */
export class GaussianNLL extends Loss<GaussianNLLConfig> {
  static override readonly type: string = 'GaussianNLL';
  static override readonly defaults: object = { full: false, epsilon: 1e-6 };

  constructor(options: Partial<GaussianNLLConfig> = {}) {
    super(options);
    requireRange(this.type, 'epsilon', this.config.epsilon, 0, Number.POSITIVE_INFINITY);
  }

  call(truth: Tensor, prediction: Tensor): Tensor {
    return gaussian(this.type, truth, prediction, this.config);
  }
}

/** Options of {@link poissonNLL}. */
export interface PoissonNLLOptions {
  /** Predictions are logarithms of the mean. Default `true`. */
  readonly logInput?: boolean;
  /** Add Stirling's approximation of `ln(truth!)` for truths above 1. Default `false`. */
  readonly full?: boolean;
  /** Keeps the logarithm finite when predictions are means. Default 1e-8. */
  readonly epsilon?: number;
}

/**
 * `exp(prediction) - truth prediction`, or with `logInput: false` `prediction - truth ln(prediction + epsilon)`, averaged over
 * the last axis: for counts. Same shapes.
 * @throws ShapeError when the shapes do not go together
 */
export function poissonNLL(truth: Tensor, prediction: Tensor, options: PoissonNLLOptions = {}): Tensor {
  return poissonOf('poissonNLL', truth, prediction, options);
}

function poissonOf(name: string, truth: Tensor, prediction: Tensor, options: PoissonNLLOptions): Tensor {
  const { logInput = true, full = false, epsilon = 1e-8 } = options;
  const target = alignTruth(name, truth, prediction, ONE_EACH);
  const losses = logInput
    ? prediction.exp().sub(target.mul(prediction))
    : prediction.sub(target.mul(prediction.add(epsilon).log()));
  return perSample(full ? losses.add(stirling(target)) : losses);
}

/** `n ln(n) - n + ln(2 pi n) / 2`, 0 up to 1. */
function stirling(n: Tensor): Tensor {
  const large = n.maximum(1);
  const value = large
    .mul(large.log())
    .sub(large)
    .add(
      large
        .mul(2 * Math.PI)
        .log()
        .mul(0.5),
    );
  return n.greater(1).where(value, 0);
}

/** Config of {@link PoissonNLL}. */
export interface PoissonNLLConfig extends LossConfig, Required<PoissonNLLOptions> {}

/** {@link poissonNLL} as a loss. */
export class PoissonNLL extends Loss<PoissonNLLConfig> {
  static override readonly type: string = 'PoissonNLL';
  static override readonly defaults: object = { logInput: true, full: false, epsilon: 1e-8 };

  call(truth: Tensor, prediction: Tensor): Tensor {
    return poissonOf(this.type, truth, prediction, this.config);
  }
}
