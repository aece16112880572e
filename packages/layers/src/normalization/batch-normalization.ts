import { formatSpec, ShapeError, type Spec, type Tensor, type Variable } from '@nablajs/tensor';
import { Layer, type Mode } from '../base/layer.ts';
import { maskOf } from '../base/mask.ts';
import { type Complete, fraction, type LayerOptions, nonNegative, readLayerOptions, whole } from '../base/options.ts';
import type { WeightMaker } from '../base/weights.ts';
import { initializer } from '../initializers/from.ts';
import type { InitializerLike } from '../initializers/initializer.ts';
import { AFFINE, type AffineOptions, weightOptions } from '../weights/options.ts';

/** Options of {@link BatchNormalization}. */
export interface BatchNormalizationOptions extends LayerOptions, AffineOptions {
  /** The axis with statistics of its own, the channels. Default -1; 1 for channels-first inputs. */
  readonly axis?: number;
  /** How much of a moving statistic is kept at each step. Default 0.99. */
  readonly momentum?: number;
  /** Added to variances. Default 1e-3. */
  readonly epsilon?: number;
  /** Default `'zeros'`. */
  readonly movingMeanInitializer?: InitializerLike;
  /** Default `'ones'`. */
  readonly movingVarianceInitializer?: InitializerLike;
}

const FIELDS = {
  axis: whole(-1),
  momentum: fraction(0.99),
  epsilon: nonNegative(1e-3),
  ...AFFINE,
  movingMeanInitializer: initializer('zeros'),
  movingVarianceInitializer: initializer('ones'),
};

/**
 * Mean 0 and variance 1 for each channel, then a learned factor and offset: `gamma (x - mean) / sqrt(variance + epsilon) + beta`.
 *
 * While training, the statistics are those of the batch (the variance divided by N), and the moving ones follow:
 * `moving = moving * momentum + batch * (1 - momentum)`. Otherwise, and while the layer is frozen, the moving ones are used
 * and stay as they are. Masked steps do not count. Weights: gamma, beta; state: moving_mean, moving_variance. Ioffe and Szegedy, 2015, arXiv:1502.03167.
 * @throws ShapeError for an axis the input does not have, or another number of channels than at first
 * @example new BatchNormalization()
 */
export class BatchNormalization extends Layer<Complete<BatchNormalizationOptions>> {
  static override readonly type: string = 'BatchNormalization';
  static override readonly supportsMasking: boolean = true;
  #gamma: Variable | null = null;
  #beta: Variable | null = null;
  #mean!: Variable;
  #variance!: Variable;

  constructor(options: BatchNormalizationOptions = {}) {
    super(readLayerOptions('BatchNormalization', FIELDS, options));
  }

  protected override build(make: WeightMaker, input: Spec): void {
    const shape = [input.shape[this.#channelAxis(input)]!];
    if (this.given.scale) this.#gamma = make.weight('gamma', shape, weightOptions(this.given, 'gamma'));
    if (this.given.center) this.#beta = make.weight('beta', shape, weightOptions(this.given, 'beta'));
    this.#mean = make.state('moving_mean', shape, this.given.movingMeanInitializer);
    this.#variance = make.state('moving_variance', shape, this.given.movingVarianceInitializer);
  }

  protected override call(x: Tensor, { training }: Mode): Tensor {
    const channelAxis = this.#channelAxis(x.spec);
    this.#requireChannels(x.spec, channelAxis);
    const others = x.shape.map((_, axis) => axis).filter((axis) => axis !== channelAxis);
    // Statistics per channel, shaped so that they broadcast against the input.
    const wide = x.shape.map((size, axis) => (axis === channelAxis ? size : 1));
    const spread = (statistic: Tensor): Tensor => (channelAxis === x.rank - 1 ? statistic : statistic.reshape(wide));

    const average = averageOver(x, others);
    const mean = training ? average(x) : this.#mean.value;
    const centred = x.sub(spread(mean));
    // From centred values: E[x^2] - E[x]^2 would lose everything to rounding where the mean is large.
    const variance = training ? average(centred.square()) : this.#variance.value;
    if (training) this.#record(mean, variance);

    const inverse = variance.add(this.config.epsilon).rsqrt();
    const y = centred.mul(spread(this.#gamma ? inverse.mul(this.#gamma.value) : inverse));
    return this.#beta ? y.add(spread(this.#beta.value)) : y;
  }

  #record(mean: Tensor, variance: Tensor): void {
    const { momentum } = this.config;
    const updates = [
      [this.#mean, mean],
      [this.#variance, variance],
    ] as const;
    for (const [moving, batch] of updates) moving.assign(moving.value.mul(momentum).add(batch.mul(1 - momentum)));
  }

  #channelAxis(input: Spec): number {
    const { axis } = this.config;
    const rank = input.shape.length;
    const at = axis < 0 ? axis + rank : axis;
    if (rank >= 2 && at >= 1 && at < rank) return at;
    const others = rank === 2 ? '1' : `1 to ${rank - 1}`;
    const fix = rank < 2 ? 'Add the batch axis with x.expandDims(0).' : `Use ${others}, or -1 for the last.`;
    throw new ShapeError(
      `axis ${axis} holds no channels in input ${formatSpec(input)}, whose axis 0 is the batch. ${fix}`,
    );
  }

  #requireChannels(input: Spec, axis: number): void {
    const expected = this.#mean.shape[0];
    if (input.shape[axis] === expected) return;
    throw new ShapeError(
      `expects ${expected} channels on axis ${axis}, got ${formatSpec(input)}. This layer was built for ${expected}; make a new one for others.`,
    );
  }
}

/** The mean over some axes; where the input has a mask, of what it says is there. */
function averageOver(x: Tensor, axes: readonly number[]): (value: Tensor) => Tensor {
  const mask = maskOf(x);
  if (mask === null) return (value) => value.mean(axes);
  const present = mask.reshape([...mask.shape, ...new Array<number>(x.rank - mask.rank).fill(1)]).broadcastTo(x.shape);
  // In a batch without anything there is no mean: 0 changes least.
  const count = present.cast(x.dtype).sum(axes).maximum(1);
  return (value) => present.where(value, 0).sum(axes).div(count);
}
