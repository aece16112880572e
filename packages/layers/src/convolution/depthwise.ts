// Convolutions of each channel by itself.
import { type ConvOptions, depthwiseConv, type PerAxis, type Tensor, type Variable } from '@nablajs/tensor';
import { type LayerOptions, positional, readLayerOptions } from '../base/options.ts';
import type { WeightMaker } from '../base/weights.ts';
import { weightOptions } from '../weights/options.ts';
import { Convolution } from './convolution.ts';
import {
  type ConvolutionConfig,
  type ConvolutionOptions,
  convolutionFields,
  DEPTHWISE,
  type DepthwiseOptions,
} from './options.ts';

/** Options of {@link DepthwiseConv1D} and {@link DepthwiseConv2D}. */
export interface DepthwiseConvOptions extends ConvolutionOptions, DepthwiseOptions {}

/** The complete configuration of a depthwise convolution. */
export interface DepthwiseConvConfig extends ConvolutionConfig, Required<DepthwiseOptions> {}

/** The argument that may also be positional. */
export interface DepthwiseConvSizes {
  /** Size of the window: one number for all spatial axes, or one per axis. */
  readonly kernelSize: PerAxis;
}

function readDepthwise(type: string, rank: number, main: unknown, options: object): DepthwiseConvConfig & LayerOptions {
  return readLayerOptions(
    type,
    { ...convolutionFields(rank), ...DEPTHWISE },
    positional({ kernelSize: main }, options),
  );
}

abstract class DepthwiseConv extends Convolution<DepthwiseConvConfig> {
  #kernel!: Variable;

  protected override buildKernels(make: WeightMaker, channels: number): number {
    const { kernelSize, depthMultiplier } = this.given;
    const shape = [...kernelSize, channels, depthMultiplier];
    this.#kernel = make.weight('kernel', shape, weightOptions(this.given, 'depthwise'));
    return channels * depthMultiplier;
  }

  protected override convolve(x: Tensor, options: ConvOptions): Tensor {
    return depthwiseConv(x, this.#kernel.value, options);
  }
}

/**
 * Filters over one axis, each on one channel. `[batch, steps, channels] -> [batch, places, channels * depthMultiplier]`.
 * Weights: kernel `[size, channels, depthMultiplier]`, bias.
 * @example new DepthwiseConv1D(3)
 */
export class DepthwiseConv1D extends DepthwiseConv {
  static override readonly type: string = 'DepthwiseConv1D';

  constructor(kernelSize: PerAxis | (DepthwiseConvSizes & DepthwiseConvOptions), options: DepthwiseConvOptions = {}) {
    super(readDepthwise('DepthwiseConv1D', 1, kernelSize, options));
  }
}

/**
 * Filters over images, each on one channel. `[batch, height, width, channels] -> [batch, ...places, channels * depthMultiplier]`.
 * Weights: kernel `[...sizes, channels, depthMultiplier]`, bias.
 * @example new DepthwiseConv2D(3, { padding: 'same' })
 */
export class DepthwiseConv2D extends DepthwiseConv {
  static override readonly type: string = 'DepthwiseConv2D';

  constructor(kernelSize: PerAxis | (DepthwiseConvSizes & DepthwiseConvOptions), options: DepthwiseConvOptions = {}) {
    super(readDepthwise('DepthwiseConv2D', 2, kernelSize, options));
  }
}
