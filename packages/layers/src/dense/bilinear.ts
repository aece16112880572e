import { ConfigError, einsum, formatSpec, ShapeError, type Spec, type Tensor, type Variable } from '@nablajs/tensor';
import { type ActivationFunction, type ActivationLike, activation, activationFrom } from '../activations/from.ts';
import { Layer } from '../base/layer.ts';
import { type Complete, count, type LayerOptions, positional, readLayerOptions } from '../base/options.ts';
import type { WeightMaker } from '../base/weights.ts';
import { BIAS, type BiasOptions, KERNEL, type KernelOptions, weightOptions } from '../weights/options.ts';

/** Options of {@link Bilinear}. */
export interface BilinearOptions extends LayerOptions, KernelOptions, BiasOptions {
  /** Default `'linear'`. */
  readonly activation?: ActivationLike;
}

type Main = BilinearOptions & { readonly units: number };

const FIELDS = { units: count(), activation: activation(), ...KERNEL, ...BIAS };

/**
 * Every pair of features of two inputs, weighted: `activation(a' W_k b + bias_k)` for each unit `k`.
 * `[batch, ..., first]` and `[batch, ..., second] -> [batch, ..., units]`. Weights: kernel `[units, first, second]`, bias `[units]`.
 * @throws ShapeError for inputs that differ elsewhere than in their features
 * @example new Bilinear(8).apply([a, b])
 */
export class Bilinear extends Layer<Complete<Main>, readonly Tensor[]> {
  static override readonly type: string = 'Bilinear';
  readonly #activation: ActivationFunction;
  #kernel!: Variable;
  #bias: Variable | null = null;

  constructor(units: number | Main, options: BilinearOptions = {}) {
    super(readLayerOptions('Bilinear', FIELDS, positional({ units }, options)));
    this.#activation = activationFrom(this.given.activation);
  }

  protected override build(make: WeightMaker, inputs: readonly Spec[]): void {
    const [a, b] = pairOf(inputs);
    const shape = [this.config.units, a.shape.at(-1)!, b.shape.at(-1)!];
    this.#kernel = make.weight('kernel', shape, weightOptions(this.given, 'kernel'));
    if (this.given.useBias) this.#bias = make.weight('bias', [this.config.units], weightOptions(this.given, 'bias'));
  }

  protected override call(inputs: readonly Tensor[]): Tensor {
    const found = pairOf(inputs.map(({ spec }) => spec)).map(({ shape }) => shape.at(-1)!);
    const [, first, second] = this.#kernel.shape;
    if (found[0] !== first || found[1] !== second) {
      throw new ShapeError(
        `kernel expects ${first} and ${second} features, got ${found.join(' and ')}. Give it such inputs, or make a new Bilinear.`,
      );
    }
    const y = einsum('...i,kij,...j->...k', inputs[0]!, this.#kernel.value, inputs[1]!);
    return this.#activation(this.#bias ? y.add(this.#bias.value) : y);
  }
}

function pairOf(inputs: readonly Spec[]): readonly [Spec, Spec] {
  if (!Array.isArray(inputs) || inputs.length !== 2) {
    throw new ConfigError('takes a list of 2 inputs. Write new Bilinear(units).apply([a, b]).');
  }
  const [a, b] = inputs as unknown as readonly [Spec, Spec];
  if (a.shape.length < 2 || String(a.shape.slice(0, -1)) !== String(b.shape.slice(0, -1))) {
    throw new ShapeError(
      `expects [batch, ..., features] twice with one batch, got ${formatSpec(a)} and ${formatSpec(b)}. They may differ in their last axis only.`,
    );
  }
  return [a, b];
}
