import { type Spec, split, type Tensor, type Variable } from '@nablajs/tensor';
import { Layer } from '../base/layer.ts';
import { type Complete, count, type LayerOptions, positional, readLayerOptions } from '../base/options.ts';
import type { WeightMaker } from '../base/weights.ts';
import { BIAS, type BiasOptions, KERNEL, type KernelOptions, weightOptions } from '../weights/options.ts';
import { featuresOf, requireFeatures } from './features.ts';

/** Options of {@link Maxout}. */
export interface MaxoutOptions extends LayerOptions, KernelOptions, BiasOptions {
  /** Linear functions per unit, the largest of which is its output. Default 2. */
  readonly pieces?: number;
}

const FIELDS = {
  units: count(),
  pieces: count(2),
  ...KERNEL,
  ...BIAS,
};

/** Everything {@link Maxout} takes, as one object. */
export type MaxoutConfig = Complete<MaxoutOptions & { readonly units: number }>;

/**
 * A learned activation: the largest of several linear functions, `max(w1'x + b1, w2'x + b2, ...)`.
 * `[batch, ..., features] -> [batch, ..., units]`. Gradients flow through the winner only; the first of equals wins.
 * Weights: kernel `[features, pieces * units]`, bias `[pieces * units]`, piece after piece.
 * Goodfellow et al., 2013, arXiv:1302.4389.
 * @example new Maxout(64, { pieces: 3 })
 */
export class Maxout extends Layer<MaxoutConfig> {
  static override readonly type: string = 'Maxout';
  static override readonly supportsMasking: boolean = true;
  #kernel!: Variable;
  #bias: Variable | null = null;

  constructor(units: number | (MaxoutOptions & { readonly units: number }), options: MaxoutOptions = {}) {
    super(readLayerOptions('Maxout', FIELDS, positional({ units }, options)));
  }

  protected override build(make: WeightMaker, input: Spec): void {
    const { units, pieces, useBias } = this.given;
    const outputs = pieces * units;
    this.#kernel = make.weight('kernel', [featuresOf(input), outputs], weightOptions(this.given, 'kernel'));
    if (useBias) this.#bias = make.weight('bias', [outputs], weightOptions(this.given, 'bias'));
  }

  protected override call(x: Tensor): Tensor {
    requireFeatures(this.type, x.shape, this.#kernel.shape[0]!);
    const product = x.matmul(this.#kernel.value);
    const all = this.#bias ? product.add(this.#bias.value) : product;
    return split(all, this.config.pieces).reduce(larger);
  }
}

/** The larger of two, the first of equals, NaN if either is: with `maximum`, equals would share the gradient. */
function larger(a: Tensor, b: Tensor): Tensor {
  return a.greaterEqual(b).logicalOr(a.isNaN()).where(a, b);
}
