import { formatSpec, ShapeError, type Tensor } from '@nablajs/tensor';
import { Layer } from '../base/layer.ts';
import { type Complete, count, type LayerOptions, positional, readLayerOptions } from '../base/options.ts';

/** Everything {@link RepeatVector} takes. */
export interface RepeatVectorOptions extends LayerOptions {
  /** How often. */
  readonly n: number;
}

/**
 * Each sample's vector at every one of `n` steps: `[batch, features] -> [batch, n, features]`.
 * @throws ShapeError for inputs with other axes
 * @example new RepeatVector(3)
 */
export class RepeatVector extends Layer<Complete<RepeatVectorOptions>> {
  static override readonly type: string = 'RepeatVector';

  constructor(n: number | RepeatVectorOptions, options: LayerOptions = {}) {
    super(readLayerOptions('RepeatVector', { n: count() }, positional({ n }, options)));
  }

  protected override build(): void {}

  protected override call(x: Tensor): Tensor {
    if (x.rank !== 2) {
      throw new ShapeError(`expects [batch, features], got ${formatSpec(x.spec)}. Put a Flatten() before it.`);
    }
    const [batch = 1, features = 1] = x.shape;
    return x.reshape([batch, 1, features]).broadcastTo([batch, this.config.n, features]);
  }
}
