import type { Spec, Tensor, Variable } from '@nablajs/tensor';
import { type ActivationFunction, type ActivationLike, activation, activationFrom } from '../activations/from.ts';
import { Layer } from '../base/layer.ts';
import { type Complete, count, type LayerOptions, positional, readLayerOptions } from '../base/options.ts';
import type { WeightMaker } from '../base/weights.ts';
import { BIAS, type BiasOptions, KERNEL, type KernelOptions, weightOptions } from '../weights/options.ts';
import { featuresOf, requireFeatures } from './features.ts';

/** Options of {@link SwiGLU}. */
export interface SwiGLUOptions extends LayerOptions, KernelOptions, BiasOptions {
  /** Of the gate. Default `'silu'`; `'gelu'` makes it GEGLU, `'sigmoid'` a GLU. */
  readonly activation?: ActivationLike;
}

type Main = SwiGLUOptions & { readonly units: number };

const FIELDS = { units: count(), activation: activation('silu'), ...KERNEL, ...BIAS };

/**
 * A dense layer through a gate: `silu(x W + b) * (x V + c)`, `[batch, ..., features] -> [batch, ..., units]`.
 * Weights: kernel `[features, 2 * units]` and bias, those of the gate first. Shazeer, 2020, arXiv:2002.05202.
 * @example new SwiGLU(64)
 */
export class SwiGLU extends Layer<Complete<Main>> {
  static override readonly type: string = 'SwiGLU';
  static override readonly supportsMasking: boolean = true;
  readonly #activation: ActivationFunction;
  #kernel!: Variable;
  #bias: Variable | null = null;

  constructor(units: number | Main, options: SwiGLUOptions = {}) {
    super(readLayerOptions('SwiGLU', FIELDS, positional({ units }, options)));
    this.#activation = activationFrom(this.given.activation);
  }

  protected override build(make: WeightMaker, input: Spec): void {
    const outputs = 2 * this.config.units;
    this.#kernel = make.weight('kernel', [featuresOf(input), outputs], weightOptions(this.given, 'kernel'));
    if (this.given.useBias) this.#bias = make.weight('bias', [outputs], weightOptions(this.given, 'bias'));
  }

  protected override call(x: Tensor): Tensor {
    requireFeatures(this.type, x.shape, this.#kernel.shape[0]!);
    const product = x.matmul(this.#kernel.value);
    const y = this.#bias ? product.add(this.#bias.value) : product;
    const half = (at: number): Tensor =>
      y.slice([...x.shape.slice(1).map(() => 0), at * this.config.units], [...x.shape.slice(0, -1), this.config.units]);
    return this.#activation(half(0)).mul(half(1));
  }
}
