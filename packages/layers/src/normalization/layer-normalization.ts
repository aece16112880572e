import type { Spec, Tensor, Variable } from '@nablajs/tensor';
import { Layer } from '../base/layer.ts';
import { type Complete, type LayerOptions, nonNegative, positional, readLayerOptions } from '../base/options.ts';
import type { WeightMaker } from '../base/weights.ts';
import { AFFINE, type AffineOptions, weightOptions } from '../weights/options.ts';
import { axesOf, type NormalizedAxes, normalizedAxes, requireSizes, spreadAlong } from './axes.ts';

/** Options of {@link LayerNormalization}. */
export interface LayerNormalizationOptions extends LayerOptions, AffineOptions {
  /** The axes that are normalized together, those of gamma and beta. Default -1. */
  readonly axis?: NormalizedAxes;
  /** Added to variances. Default 1e-3. */
  readonly epsilon?: number;
}

const FIELDS = { axis: normalizedAxes(-1), epsilon: nonNegative(1e-3), ...AFFINE };

/**
 * Mean 0 and variance 1 within each sample, along one or more axes, then a learned factor and offset for each of their
 * places: `gamma (x - mean) / sqrt(variance + epsilon) + beta`. The same in training and inference.
 * Weights: gamma, beta, of the sizes of `axis`. Ba et al., 2016, arXiv:1607.06450.
 * @throws ShapeError for axes the input does not have
 * @example new LayerNormalization({ epsilon: 1e-6 })
 */
export class LayerNormalization extends Layer<Complete<LayerNormalizationOptions>> {
  static override readonly type: string = 'LayerNormalization';
  static override readonly supportsMasking: boolean = true;
  #sizes: readonly number[] = [];
  #gamma: Variable | null = null;
  #beta: Variable | null = null;

  constructor(
    axis?: NormalizedAxes | LayerNormalizationOptions,
    options: Omit<LayerNormalizationOptions, 'axis'> = {},
  ) {
    super(readLayerOptions('LayerNormalization', FIELDS, positional({ axis }, options)));
  }

  protected override build(make: WeightMaker, input: Spec): void {
    this.#sizes = axesOf(input, this.config.axis).map((axis) => input.shape[axis]!);
    if (this.given.scale) this.#gamma = make.weight('gamma', this.#sizes, weightOptions(this.given, 'gamma'));
    if (this.given.center) this.#beta = make.weight('beta', this.#sizes, weightOptions(this.given, 'beta'));
  }

  protected override call(x: Tensor): Tensor {
    const axes = axesOf(x.spec, this.config.axis);
    requireSizes(x.spec, axes, this.#sizes);
    const centred = x.sub(x.mean(axes, { keepDims: true }));
    const variance = centred.square().mean(axes, { keepDims: true });
    const y = centred.mul(variance.add(this.config.epsilon).rsqrt());
    const scaled = this.#gamma ? y.mul(spreadAlong(this.#gamma.value, x, axes)) : y;
    return this.#beta ? scaled.add(spreadAlong(this.#beta.value, x, axes)) : scaled;
  }
}
