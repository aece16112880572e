// A depthwise convolution followed by one that mixes channels: nearly the work of a full one at a fraction of the weights.
import { type ConvOptions, type PerAxis, separableConv, type Tensor, type Variable } from '@nablajs/tensor';
import { count, type LayerOptions, positional, readLayerOptions } from '../base/options.ts';
import type { WeightMaker } from '../base/weights.ts';
import type { ConstraintLike } from '../constraints/constraint.ts';
import type { InitializerLike } from '../initializers/initializer.ts';
import type { RegularizerLike } from '../regularizers/regularizer.ts';
import { type WeightConfig, weightFields, weightOptions } from '../weights/options.ts';
import type { ConvSizes } from './conv.ts';
import { Convolution } from './convolution.ts';
import type { DepthwiseConvConfig } from './depthwise.ts';
import { type ConvolutionOptions, convolutionFields, DEPTHWISE, type DepthwiseOptions } from './options.ts';

/** Options of {@link SeparableConv1D} and {@link SeparableConv2D}. */
export interface SeparableConvOptions extends ConvolutionOptions, DepthwiseOptions {
  /** Default `'glorotUniform'`. */
  readonly pointwiseInitializer?: InitializerLike;
  /** A term it adds to the loss. Default none. */
  readonly pointwiseRegularizer?: RegularizerLike | null;
  /** What it must keep to after each update. Default nothing. */
  readonly pointwiseConstraint?: ConstraintLike | null;
}

/** The complete configuration of a separable convolution. */
export interface SeparableConvConfig extends DepthwiseConvConfig, WeightConfig<'pointwise'> {
  readonly filters: number;
}

function readSeparable(type: string, rank: number, given: object): SeparableConvConfig & LayerOptions {
  const fields = {
    filters: count(),
    ...convolutionFields(rank),
    ...DEPTHWISE,
    ...weightFields('pointwise', 'glorotUniform'),
  };
  return readLayerOptions(type, fields, given);
}

abstract class SeparableConv extends Convolution<SeparableConvConfig> {
  #depthwise!: Variable;
  #pointwise!: Variable;

  protected override buildKernels(make: WeightMaker, channels: number): number {
    const { filters, kernelSize, depthMultiplier } = this.given;
    const depthwise = [...kernelSize, channels, depthMultiplier];
    this.#depthwise = make.weight('depthwise_kernel', depthwise, weightOptions(this.given, 'depthwise'));
    const pointwise = [...kernelSize.map(() => 1), channels * depthMultiplier, filters];
    this.#pointwise = make.weight('pointwise_kernel', pointwise, weightOptions(this.given, 'pointwise'));
    return filters;
  }

  protected override convolve(x: Tensor, options: ConvOptions): Tensor {
    return separableConv(x, this.#depthwise.value, this.#pointwise.value, options);
  }
}

/**
 * A {@link Conv1D} in two steps: each channel by itself, then all channels per step.
 * Weights: depthwise_kernel `[size, channels, depthMultiplier]`, pointwise_kernel `[1, channels * depthMultiplier, filters]`, bias.
 * @example new SeparableConv1D(64, 3)
 */
export class SeparableConv1D extends SeparableConv {
  static override readonly type: string = 'SeparableConv1D';

  constructor(
    filters: number | (ConvSizes & SeparableConvOptions),
    kernelSize?: PerAxis,
    options: SeparableConvOptions = {},
  ) {
    super(readSeparable('SeparableConv1D', 1, positional({ filters, kernelSize }, options)));
  }
}

/**
 * A {@link Conv2D} in two steps: each channel by itself, then all channels per pixel. Chollet, 2017, arXiv:1610.02357.
 * Weights: depthwise_kernel `[...sizes, channels, depthMultiplier]`, pointwise_kernel `[1, 1, channels * depthMultiplier, filters]`, bias.
 * @example new SeparableConv2D(64, 3, { padding: 'same', activation: 'relu' })
 */
export class SeparableConv2D extends SeparableConv {
  static override readonly type: string = 'SeparableConv2D';

  constructor(
    filters: number | (ConvSizes & SeparableConvOptions),
    kernelSize?: PerAxis,
    options: SeparableConvOptions = {},
  ) {
    super(readSeparable('SeparableConv2D', 2, positional({ filters, kernelSize }, options)));
  }
}
