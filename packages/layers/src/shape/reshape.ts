import { ConfigError, formatShape, type Shape, ShapeError, sizeOf, type Tensor } from '@nablajs/tensor';
import { Layer } from '../base/layer.ts';
import { type Complete, type LayerOptions, positional, readLayerOptions, wholeList } from '../base/options.ts';

/** Everything {@link Reshape} takes. */
export interface ReshapeOptions extends LayerOptions {
  /** Sizes of one sample, without the batch axis; one of them may be -1 and is then found. */
  readonly targetShape: Shape;
}

const FIELDS = { targetShape: wholeList('a list of sizes, -1 for one that is to be found', (size) => size >= -1) };

/**
 * The same elements in another shape: `[batch, ...] -> [batch, ...targetShape]`.
 * @throws ConfigError for more than one -1, ShapeError when the sizes do not match
 * @example new Reshape([28, 28, 1])
 */
export class Reshape extends Layer<Complete<ReshapeOptions>> {
  static override readonly type: string = 'Reshape';

  constructor(targetShape: Shape | ReshapeOptions, options: LayerOptions = {}) {
    const given = positional({ targetShape }, options);
    super(readLayerOptions('Reshape', FIELDS, given));
    if (this.config.targetShape.filter((size) => size === -1).length > 1) {
      throw new ConfigError(
        `Reshape: targetShape ${formatShape(this.config.targetShape)} leaves more than one size to be found. Use -1 once.`,
      );
    }
  }

  protected override build(): void {}

  protected override call(x: Tensor): Tensor {
    const { targetShape } = this.config;
    const [batch = 1, ...sample] = x.shape;
    const known = sizeOf(targetShape.filter((size) => size !== -1));
    const found = known === 0 ? 0 : sizeOf(sample) / known;
    const shape = targetShape.map((size) => (size === -1 ? found : size));
    if (!Number.isInteger(found) || sizeOf(shape) !== sizeOf(sample)) {
      throw new ShapeError(
        `a sample ${formatShape(sample)} of ${sizeOf(sample)} elements cannot become ${formatShape(targetShape)}. ` +
          `Use sizes whose product is ${sizeOf(sample)}; one of them may be -1 if the others divide it.`,
      );
    }
    return x.reshape([batch, ...shape]);
  }
}
