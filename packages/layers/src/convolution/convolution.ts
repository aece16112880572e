// The frame of all convolutions: layout, bias and activation around a kernel that differs.
import type { ConvOptions, Spec, Tensor, Variable } from '@nablajs/tensor';
import { activationFrom } from '../activations/from.ts';
import { Layer } from '../base/layer.ts';
import type { LayerOptions } from '../base/options.ts';
import type { WeightMaker } from '../base/weights.ts';
import { penalized } from '../regularizers/activity.ts';
import { channelsLast, channelsOf, requireChannels } from '../spatial/layout.ts';
import { weightOptions } from '../weights/options.ts';
import type { ConvolutionConfig } from './options.ts';

/** A convolution over `rank` spatial axes. Subclasses make the kernels and say how they are applied. */
export abstract class Convolution<C extends ConvolutionConfig = ConvolutionConfig> extends Layer<C> {
  readonly #rank: number;
  #channels = 0;
  #bias: Variable | null = null;

  constructor(options: C & LayerOptions) {
    super(options);
    this.#rank = options.kernelSize.length;
  }

  /** Makes the kernels for an input of so many channels; returns the number of output channels. */
  protected abstract buildKernels(make: WeightMaker, channels: number): number;

  /** The convolution alone, channels last. */
  protected abstract convolve(x: Tensor, options: ConvOptions): Tensor;

  protected override build(make: WeightMaker, input: Spec): void {
    this.#channels = channelsOf(input, this.#rank, this.config.dataFormat);
    const outputs = this.buildKernels(make, this.#channels);
    if (this.given.useBias) this.#bias = make.weight('bias', [outputs], weightOptions(this.given, 'bias'));
  }

  protected override call(x: Tensor): Tensor {
    const { dataFormat, activation, activityRegularizer } = this.given;
    const found = channelsOf(x.spec, this.#rank, dataFormat);
    requireChannels(this.type, x.spec, found, this.#channels);
    const y = channelsLast(x, dataFormat, (x) => {
      const y = this.convolve(x, this.#options());
      return this.#bias ? y.add(this.#bias.value) : y;
    });
    return penalized(activationFrom(activation)(y), activityRegularizer);
  }

  #options(): ConvOptions {
    const { strides, padding, dilationRate, kernelSize } = this.config;
    return {
      strides,
      dilations: dilationRate,
      // Causal: an output sees no later step than its own.
      padding: padding === 'causal' ? kernelSize.map((size, i) => [(size - 1) * dilationRate[i]!, 0]) : padding,
    };
  }
}
