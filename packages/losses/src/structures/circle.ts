import { eye, formatSpec, matmul, ShapeError, softplus, type Tensor } from '@nablajs/tensor';
import { mismatch } from '../base/align.ts';
import { requireRange } from '../base/config.ts';
import { Loss, type LossConfig } from '../base/loss.ts';

/** Options of {@link circle}. */
export interface CircleOptions {
  /** How sharply the worst pairs stand out. Default 80. */
  readonly gamma?: number;
  /** How far inside the goals pairs still pull. Default 0.4. */
  readonly margin?: number;
  /** An embedding is no pair with itself. Default `true`. */
  readonly removeDiagonal?: boolean;
  /** What to compare with, `[references, dims]`. Default: the predictions themselves. */
  readonly references?: { readonly labels: Tensor; readonly embeddings: Tensor };
}

/** As good as minus infinity, without its NaNs. */
const NEVER = -1e30;

/**
 * Embeddings of one class together, of others apart, pairs weighed by how far they are from where they should be. Truth as
 * class numbers `[batch]` or `[batch, 1]`, predictions of length 1 `[batch, dims]` -> `[batch]`. With distances `d = 1 - cos`:
 * `ln(1 + sum_same exp(gamma (margin + d)(d - margin)) sum_other exp(gamma max(0, 1 + margin - d)(1 - margin - d)))`.
 * Sun et al., 2020, arXiv:2002.10857.
 * @throws ShapeError unless there is one class number per embedding
 */
export function circle(truth: Tensor, prediction: Tensor, options: CircleOptions = {}): Tensor {
  return circleOf('circle', truth, prediction, options);
}

function circleOf(name: string, truth: Tensor, prediction: Tensor, options: CircleOptions): Tensor {
  const { gamma = 80, margin = 0.4, removeDiagonal = true, references } = options;
  if (prediction.rank !== 2) {
    throw new ShapeError(
      `${name}: the prediction is ${formatSpec(prediction.spec)}, it must be embeddings [batch, dims].`,
    );
  }
  if (truth.size !== prediction.shape[0]) {
    throw mismatch(name, truth, prediction, 'Each embedding needs one class number.');
  }
  const labels = truth.cast('int32').reshape([-1, 1]);
  const others = references?.labels.cast('int32').reshape([1, -1]) ?? labels.transpose();
  const distance = matmul(prediction, references?.embeddings ?? prediction, { transposeB: true })
    .neg()
    .add(1)
    .relu();
  const alike = labels.equal(others);
  const isSelf = eye(labels.size, others.size, 'bool');
  const same = removeDiagonal ? alike.logicalAnd(isSelf.logicalNot()) : alike;
  const pull = distance.add(margin).mul(distance.sub(margin)).mul(gamma);
  const push = distance
    .neg()
    .add(1 + margin)
    .relu()
    .mul(distance.neg().add(1 - margin))
    .mul(gamma);
  const sum = (pairs: Tensor, strength: Tensor): Tensor => pairs.where(strength, NEVER).logSumExp(1);
  return softplus(sum(same, pull).add(sum(alike.logicalNot(), push)));
}

/** Config of {@link Circle}. */
export interface CircleConfig extends LossConfig, Required<Omit<CircleOptions, 'references'>> {}

/** {@link circle} as a loss, whose mean is that of the samples that have a loss at all. */
export class Circle extends Loss<CircleConfig> {
  static override readonly type: string = 'Circle';
  static override readonly defaults: object = { gamma: 80, margin: 0.4, removeDiagonal: true };

  constructor(options: Partial<CircleConfig> = {}) {
    super(options);
    requireRange(this.type, 'gamma', this.config.gamma, 0, Number.POSITIVE_INFINITY);
    requireRange(this.type, 'margin', this.config.margin, 0, 1);
  }

  call(truth: Tensor, prediction: Tensor): Tensor {
    return circleOf(this.type, truth, prediction, this.config);
  }

  protected override counted(_truth: Tensor, losses: Tensor): Tensor {
    return losses.greater(0);
  }
}
