import type { Spec, Tensor, Variable } from '@nablajs/tensor';
import { type ActivationFunction, type ActivationLike, activation, activationFrom } from '../activations/from.ts';
import { Layer } from '../base/layer.ts';
import { type Complete, count, type LayerOptions, positional, readLayerOptions } from '../base/options.ts';
import type { WeightMaker } from '../base/weights.ts';
import { penalized } from '../regularizers/activity.ts';
import { regularizer } from '../regularizers/from.ts';
import type { RegularizerLike } from '../regularizers/regularizer.ts';
import { BIAS, type BiasOptions, KERNEL, type KernelOptions, weightOptions } from '../weights/options.ts';
import { featuresOf, requireFeatures } from './features.ts';

/** Options of {@link Dense}. */
export interface DenseOptions extends LayerOptions, KernelOptions, BiasOptions {
  /** Default `'linear'`. */
  readonly activation?: ActivationLike;
  /** A penalty on the output, per sample. Default none. */
  readonly activityRegularizer?: RegularizerLike | null;
}

const FIELDS = {
  units: count(),
  activation: activation(),
  activityRegularizer: regularizer,
  ...KERNEL,
  ...BIAS,
};

/** Everything {@link Dense} takes, as one object. */
export type DenseConfig = Complete<DenseOptions & { readonly units: number }>;

/**
 * Every output sees every input: `activation(x W + b)`, `[batch, ..., features] -> [batch, ..., units]`.
 * Weights: kernel `[features, units]`, bias `[units]`.
 * @throws ConfigError for wrong options, ShapeError for an input with another number of features than the first one had
 * @example new Dense(10, { activation: 'softmax' })
 */
export class Dense extends Layer<DenseConfig> {
  static override readonly type: string = 'Dense';
  static override readonly supportsMasking: boolean = true;
  readonly #activation: ActivationFunction;
  #kernel!: Variable;
  #bias: Variable | null = null;

  constructor(units: number | (DenseOptions & { readonly units: number }), options: DenseOptions = {}) {
    super(readLayerOptions('Dense', FIELDS, positional({ units }, options)));
    this.#activation = activationFrom(this.given.activation);
  }

  protected override build(make: WeightMaker, input: Spec): void {
    const { units, useBias } = this.given;
    this.#kernel = make.weight('kernel', [featuresOf(input), units], weightOptions(this.given, 'kernel'));
    if (useBias) this.#bias = make.weight('bias', [units], weightOptions(this.given, 'bias'));
  }

  protected override call(x: Tensor): Tensor {
    requireFeatures(this.type, x.shape, this.#kernel.shape[0]!);
    const y = x.matmul(this.#kernel.value);
    return penalized(this.#activation(this.#bias ? y.add(this.#bias.value) : y), this.given.activityRegularizer);
  }
}
