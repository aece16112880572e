import type { Spec, Tensor, Variable } from '@nablajs/tensor';
import { Layer } from '../base/layer.ts';
import { type Complete, type LayerOptions, nonNegative, positional, readLayerOptions } from '../base/options.ts';
import type { WeightMaker } from '../base/weights.ts';
import { axesOf, type NormalizedAxes, normalizedAxes, requireSizes, spreadAlong } from './axes.ts';

/** Options of {@link RMSNormalization}. */
export interface RMSNormalizationOptions extends LayerOptions {
  /** The axes that are normalized together. Default -1. */
  readonly axis?: NormalizedAxes;
  /** Added to the mean square. Default 1e-6. */
  readonly epsilon?: number;
}

/**
 * A root mean square of 1 within each sample, then a learned factor: `scale x / sqrt(mean(x^2) + epsilon)`. What
 * `LayerNormalization` does, without the mean. Weights: scale, of the sizes of `axis`. Zhang and Sennrich, 2019, arXiv:1910.07467.
 * @example new RMSNormalization()
 */
export class RMSNormalization extends Layer<Complete<RMSNormalizationOptions>> {
  static override readonly type: string = 'RMSNormalization';
  static override readonly supportsMasking: boolean = true;
  #scale!: Variable;

  constructor(axis?: NormalizedAxes | RMSNormalizationOptions, options: Omit<RMSNormalizationOptions, 'axis'> = {}) {
    const fields = { axis: normalizedAxes(-1), epsilon: nonNegative(1e-6) };
    super(readLayerOptions('RMSNormalization', fields, positional({ axis }, options)));
  }

  protected override build(make: WeightMaker, input: Spec): void {
    const sizes = axesOf(input, this.config.axis).map((axis) => input.shape[axis]!);
    this.#scale = make.weight('scale', sizes, { initializer: 'ones' });
  }

  protected override call(x: Tensor): Tensor {
    const axes = axesOf(x.spec, this.config.axis);
    requireSizes(x.spec, axes, this.#scale.shape);
    const meanSquare = x.square().mean(axes, { keepDims: true });
    return x.mul(meanSquare.add(this.config.epsilon).rsqrt()).mul(spreadAlong(this.#scale.value, x, axes));
  }
}
