import type { Spec, Tensor, Variable } from '@nablajs/tensor';
import { type ActivationLike, activation, activationFrom } from '../activations/from.ts';
import { Layer } from '../base/layer.ts';
import { type Complete, count, type LayerOptions, positional, readLayerOptions } from '../base/options.ts';
import type { WeightMaker } from '../base/weights.ts';
import { channelsLast, channelsOf, type DataFormat, dataFormat, requireChannels } from '../spatial/layout.ts';
import { BIAS, type BiasOptions, KERNEL, type KernelOptions, weightOptions } from '../weights/options.ts';

/** Options of {@link SqueezeExcite}. */
export interface SqueezeExciteOptions extends LayerOptions, KernelOptions, BiasOptions {
  /** Channels per unit of the narrow layer between. Default 16. */
  readonly ratio?: number;
  /** After the narrow layer. Default `'relu'`. */
  readonly activation?: ActivationLike;
  /** Of the factors. Default `'sigmoid'`. */
  readonly gateActivation?: ActivationLike;
  /** Default `'channelsLast'`. */
  readonly dataFormat?: DataFormat;
}

const FIELDS = {
  ratio: count(16),
  activation: activation('relu'),
  gateActivation: activation('sigmoid'),
  dataFormat,
  ...KERNEL,
  ...BIAS,
};

/**
 * Weighs the channels of an image by what is in it: their means go through two dense layers, the first `ratio` times
 * narrower, and come back as factors. `[batch, height, width, channels]` keeps its shape. Hu et al., 2017, arXiv:1709.01507.
 * Weights: squeeze_kernel `[channels, narrow]`, squeeze_bias, excite_kernel `[narrow, channels]`, excite_bias.
 * @example new SqueezeExcite(16)
 */
export class SqueezeExcite extends Layer<Complete<SqueezeExciteOptions>> {
  static override readonly type: string = 'SqueezeExcite';
  #squeeze!: Dense;
  #excite!: Dense;

  constructor(ratio?: number | SqueezeExciteOptions, options: Omit<SqueezeExciteOptions, 'ratio'> = {}) {
    super(readLayerOptions('SqueezeExcite', FIELDS, positional({ ratio }, options)));
  }

  protected override build(make: WeightMaker, input: Spec): void {
    const channels = channelsOf(input, 2, this.config.dataFormat);
    const narrow = Math.max(1, Math.floor(channels / this.config.ratio));
    this.#squeeze = this.#dense(make, 'squeeze', channels, narrow);
    this.#excite = this.#dense(make, 'excite', narrow, channels);
  }

  protected override call(x: Tensor): Tensor {
    const { dataFormat, activation, gateActivation } = this.given;
    requireChannels(this.type, x.spec, channelsOf(x.spec, 2, dataFormat), this.#squeeze.kernel.shape[0]!);
    return channelsLast(x, dataFormat, (x) => {
      const narrow = activationFrom(activation)(through(this.#squeeze, x.mean([1, 2])));
      const factors = activationFrom(gateActivation)(through(this.#excite, narrow));
      return x.mul(factors.reshape([factors.shape[0]!, 1, 1, factors.shape[1]!]));
    });
  }

  #dense(make: WeightMaker, name: string, from: number, to: number): Dense {
    const kernel = make.weight(`${name}_kernel`, [from, to], weightOptions(this.given, 'kernel'));
    if (!this.given.useBias) return { kernel, bias: null };
    return { kernel, bias: make.weight(`${name}_bias`, [to], weightOptions(this.given, 'bias')) };
  }
}

interface Dense {
  readonly kernel: Variable;
  readonly bias: Variable | null;
}

function through({ kernel, bias }: Dense, x: Tensor): Tensor {
  const y = x.matmul(kernel.value);
  return bias ? y.add(bias.value) : y;
}
