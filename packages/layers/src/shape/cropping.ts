// Cells away from the edges.
import { formatShape, ShapeError, type Tensor } from '@nablajs/tensor';
import { Layer } from '../base/layer.ts';
import { type LayerOptions, positional, readLayerOptions } from '../base/options.ts';
import { channelsLast, channelsOf, type DataFormat, dataFormat } from '../spatial/layout.ts';
import { type Margins, margins, type Sides } from '../spatial/per-axis.ts';

/** Options of the cropping layers. */
export interface CroppingOptions extends LayerOptions {
  /** Cells to take away: one number for all sides, or for each axis a number or `[before, after]`. Default 1; of `Cropping2D` 0. */
  readonly cropping?: Margins;
  /** Default `'channelsLast'`. */
  readonly dataFormat?: DataFormat;
}

/** The complete configuration of a cropping layer. */
export interface CroppingConfig {
  /** `[before, after]` per spatial axis. */
  readonly cropping: readonly Sides[];
  readonly dataFormat: DataFormat;
}

type Main = Margins | CroppingOptions;

abstract class Cropping extends Layer<CroppingConfig> {
  constructor(rank: number, fallback: number, cropping: Main | undefined, options: object) {
    const fields = { cropping: margins(rank, fallback), dataFormat };
    super(readLayerOptions(new.target.type, fields, positional({ cropping }, options)));
  }

  protected override build(): void {}

  protected override call(x: Tensor): Tensor {
    const { cropping, dataFormat } = this.config;
    channelsOf(x.spec, cropping.length, dataFormat);
    return channelsLast(x, dataFormat, (x) => {
      const sizes = cropping.map(([before, after], i) => x.shape[i + 1]! - before - after);
      if (sizes.some((size) => size < 1)) {
        throw new ShapeError(
          `cropping ${cropping.map((sides) => formatShape(sides)).join(', ')} leaves nothing of ${formatShape(x.shape.slice(1, -1))}. Crop less, or give it larger inputs.`,
        );
      }
      return x.slice([0, ...cropping.map(([before]) => before), 0], [x.shape[0]!, ...sizes, x.shape.at(-1)!]);
    });
  }
}

/**
 * Takes steps away at both ends. `[batch, steps, channels]`; by default one at each.
 * @example new Cropping1D([0, 2])
 */
export class Cropping1D extends Cropping {
  static override readonly type: string = 'Cropping1D';

  constructor(cropping?: Main, options: Omit<CroppingOptions, 'cropping'> = {}) {
    super(1, 1, cropping, options);
  }
}

/**
 * Takes rows and columns away at the edges of images. `[batch, height, width, channels]`; by default none.
 * @throws ShapeError when nothing is left
 * @example new Cropping2D([[2, 2], [4, 4]]) // top, bottom; left, right
 */
export class Cropping2D extends Cropping {
  static override readonly type: string = 'Cropping2D';

  constructor(cropping?: Main, options: Omit<CroppingOptions, 'cropping'> = {}) {
    super(2, 0, cropping, options);
  }
}

/**
 * Takes cells away at the sides of volumes. `[batch, depth, height, width, channels]`; by default one at each.
 * @example new Cropping3D(2)
 */
export class Cropping3D extends Cropping {
  static override readonly type: string = 'Cropping3D';

  constructor(cropping?: Main, options: Omit<CroppingOptions, 'cropping'> = {}) {
    super(3, 1, cropping, options);
  }
}
