import { formatShape, ShapeError, type Spec, type Tensor } from '@nablajs/tensor';
import { Layer } from '../base/layer.ts';
import { type LayerOptions, readLayerOptions } from '../base/options.ts';

/**
 * Gives a tensor a mask of your own: `[x, mask]` to `x`, of which layers after it that know masks, and losses, see only what
 * the mask is true or not 0 for. The mask is shaped like the leading axes, `[batch, steps]`. What `layer(x, mask=mask)` is in Keras.
 * @throws ShapeError for a mask of another shape
 * @example new LSTM(8).apply(new WithMask().apply([x, mask]))
 */
export class WithMask extends Layer<object, readonly Tensor[]> {
  static override readonly type: string = 'WithMask';

  constructor(options: LayerOptions = {}) {
    super(readLayerOptions('WithMask', {}, options));
  }

  protected override build(_: unknown, inputs: readonly Spec[]): void {
    const [x, mask] = inputs.map(({ shape }) => shape);
    if (x && mask && inputs.length === 2 && mask.length > 0 && mask.every((size, axis) => size === x[axis])) return;
    throw new ShapeError(
      `takes [x, mask], the mask shaped like the leading axes of x, got ${inputs.map(({ shape }) => formatShape(shape)).join(' and ')}.`,
    );
  }

  protected override call([x]: readonly Tensor[]): Tensor {
    return x!;
  }

  protected override computeMask([, mask]: readonly Tensor[]): Tensor {
    return mask!.cast('bool');
  }
}
