import { type Complete, type LayerOptions, readLayerOptions } from '@nablajs/layers/options';
import type { Tensor } from '@nablajs/tensor';
import { draw, sign } from '../base/draw.ts';
import { type Factor, type FactorRange, share } from '../base/options.ts';
import { Geometric, type GeometricOptions, geometricFields } from './geometric.ts';
import { around, type Matrix } from './matrix.ts';

/** Options of {@link RandomShear}. */
export interface RandomShearOptions extends GeometricOptions, LayerOptions {
  /** How far rows are shifted against each other; a number stands for 0 to itself. Default 0. */
  readonly xFactor?: Factor;
  /** How far columns are shifted against each other. Default 0. */
  readonly yFactor?: Factor;
}

/**
 * Slants each image around its centre: rows move by a share of their distance from it, columns too, to either side.
 * @example new RandomShear({ xFactor: 0.2 })
 */
export class RandomShear extends Geometric<
  Complete<Required<GeometricOptions> & { readonly xFactor: FactorRange; readonly yFactor: FactorRange }>
> {
  static override readonly type: string = 'RandomShear';

  constructor(options: RandomShearOptions = {}) {
    const fields = { xFactor: share([0, 0]), yFactor: share([0, 0]), ...geometricFields() };
    super(readLayerOptions('RandomShear', fields, options));
  }

  protected override source(images: Tensor, height: number, width: number): Matrix {
    const { xFactor, yFactor } = this.config;
    const side = sign(images);
    const across = draw(images, xFactor).mul(side);
    const down = draw(images, yFactor).mul(side);
    return around([1, across, 0, down, 1, 0, 0, 0, 1], (width - 1) / 2, (height - 1) / 2);
  }
}
