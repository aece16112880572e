import type { Tensor } from '@nablajs/tensor';
import { Layer } from '../base/layer.ts';
import { type Complete, type LayerOptions, positional, readLayerOptions } from '../base/options.ts';
import { type ActivationFunction, type ActivationLike, activation, activationFrom } from './from.ts';

/** Everything {@link Activation} takes. */
export interface ActivationOptions extends LayerOptions {
  /** By name, as a function, or with its options as `{ type, config }`. It must be given. */
  readonly activation: ActivationLike;
}

/**
 * An activation as a layer of its own.
 * @example new Activation('relu')
 */
export class Activation extends Layer<Complete<ActivationOptions>> {
  static override readonly type: string = 'Activation';
  static override readonly supportsMasking: boolean = true;
  readonly #f: ActivationFunction;

  constructor(main: ActivationLike | ActivationOptions, options: LayerOptions = {}) {
    const fields = { activation: { ...activation(), fallback: undefined } };
    super(readLayerOptions('Activation', fields, positional({ activation: main }, options)));
    this.#f = activationFrom(this.given.activation);
  }

  protected override build(): void {}

  protected override call(x: Tensor): Tensor {
    return this.#f(x);
  }
}
