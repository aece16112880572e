import { ConfigError, formatShape, formatSpec, ShapeError, type Tensor } from '@nablajs/tensor';
import { Layer } from '../base/layer.ts';
import { type Complete, type LayerOptions, positional, readLayerOptions, wholeList } from '../base/options.ts';

/** Everything {@link Permute} takes. */
export interface PermuteOptions extends LayerOptions {
  /** For each axis of the output the axis of the input it is; the first after the batch is 1. */
  readonly dims: readonly number[];
}

const FIELDS = { dims: wholeList('a list of axes, 1 being the first after the batch', (axis) => axis >= 1) };

/**
 * The axes of each sample in another order: `[batch, a, b] -> [batch, b, a]` with `[2, 1]`.
 * @throws ConfigError unless each axis is named once, ShapeError for inputs with another number of axes
 * @example new Permute([2, 1])
 */
export class Permute extends Layer<Complete<PermuteOptions>> {
  static override readonly type: string = 'Permute';

  constructor(dims: readonly number[] | PermuteOptions, options: LayerOptions = {}) {
    super(readLayerOptions('Permute', FIELDS, positional({ dims }, options)));
    const found = this.config.dims;
    if ([...found].sort((a, b) => a - b).some((axis, i) => axis !== i + 1)) {
      throw new ConfigError(
        `Permute: dims ${formatShape(found)} must name each axis from 1 to ${found.length} once. The batch axis stays and is not named.`,
      );
    }
  }

  protected override build(): void {}

  protected override call(x: Tensor): Tensor {
    const { dims } = this.config;
    if (x.rank !== dims.length + 1) {
      throw new ShapeError(
        `dims ${formatShape(dims)} orders ${dims.length} axes after the batch, got ${formatSpec(x.spec)}. Name each of its axes once.`,
      );
    }
    return x.transpose([0, ...dims]);
  }
}
