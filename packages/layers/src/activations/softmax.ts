import { softmax, type Tensor } from '@nablajs/tensor';
import { Layer } from '../base/layer.ts';
import { type Complete, type LayerOptions, positional, readLayerOptions, whole } from '../base/options.ts';

/** Options of {@link Softmax}. */
export interface SoftmaxOptions extends LayerOptions {
  /** Default -1, the last. */
  readonly axis?: number;
}

/**
 * Probabilities along an axis: positive, adding up to 1.
 * @example new Softmax()
 */
export class Softmax extends Layer<Complete<SoftmaxOptions>> {
  static override readonly type: string = 'Softmax';

  constructor(axis?: number | SoftmaxOptions, options: LayerOptions = {}) {
    super(readLayerOptions('Softmax', { axis: whole(-1) }, positional({ axis }, options)));
  }

  protected override build(): void {}

  protected override call(x: Tensor): Tensor {
    return softmax(x, this.config.axis);
  }
}
