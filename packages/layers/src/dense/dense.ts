import type { Spec, Tensor, Variable } from '@nablajs/tensor';
import { type ActivationFunction, type ActivationLike, activation, activationFrom } from '../activations/from.ts';
import { Layer } from '../base/layer.ts';
import { type Complete, count, flag, type LayerOptions, positional, readLayerOptions } from '../base/options.ts';
import type { WeightMaker } from '../base/weights.ts';
import { initializer } from '../initializers/from.ts';
import type { InitializerLike } from '../initializers/initializer.ts';
import { regularizer } from '../regularizers/from.ts';
import type { RegularizerLike } from '../regularizers/regularizer.ts';
import { featuresOf, requireFeatures } from './features.ts';

/** Options of {@link Dense}. */
export interface DenseOptions extends LayerOptions {
  /** Default `'linear'`. */
  readonly activation?: ActivationLike;
  /** Default `true`. */
  readonly useBias?: boolean;
  /** Default `'glorotUniform'`. */
  readonly kernelInitializer?: InitializerLike;
  /** Default `'zeros'`. */
  readonly biasInitializer?: InitializerLike;
  readonly kernelRegularizer?: RegularizerLike | null;
  readonly biasRegularizer?: RegularizerLike | null;
}

const FIELDS = {
  units: count(),
  activation: activation(),
  useBias: flag(true),
  kernelInitializer: initializer('glorotUniform'),
  biasInitializer: initializer('zeros'),
  kernelRegularizer: regularizer,
  biasRegularizer: regularizer,
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
  readonly #activation: ActivationFunction;
  #kernel!: Variable;
  #bias: Variable | null = null;

  constructor(units: number | (DenseOptions & { readonly units: number }), options: DenseOptions = {}) {
    super(readLayerOptions('Dense', FIELDS, positional({ units }, options)));
    this.#activation = activationFrom(this.given.activation);
  }

  protected override build(make: WeightMaker, input: Spec): void {
    const { units, useBias, kernelInitializer, biasInitializer, kernelRegularizer, biasRegularizer } = this.given;
    const features = featuresOf(input);
    this.#kernel = make.weight('kernel', [features, units], {
      initializer: kernelInitializer,
      regularizer: kernelRegularizer,
    });
    if (useBias) {
      this.#bias = make.weight('bias', [units], { initializer: biasInitializer, regularizer: biasRegularizer });
    }
  }

  protected override call(x: Tensor): Tensor {
    requireFeatures(this.type, x.shape, this.#kernel.shape[0]!);
    const y = x.matmul(this.#kernel.value);
    return this.#activation(this.#bias ? y.add(this.#bias.value) : y);
  }
}
