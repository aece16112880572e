import { type Complete, type LayerOptions, optional, positional, readLayerOptions } from '@nablajs/layers/options';
import type { Tensor } from '@nablajs/tensor';
import { draw } from '../base/draw.ts';
import { type Factor, type FactorRange, range } from '../base/options.ts';
import { Geometric, type GeometricOptions, geometricFields } from './geometric.ts';
import { around, type Matrix } from './matrix.ts';

interface Factors {
  readonly heightFactor: Factor;
  /** Default `null`: as the height, so that proportions stay. */
  readonly widthFactor?: Factor | null;
}

const zoom = range(
  'a number above -1, or two, [low, high]',
  (value) => [-Math.abs(value), Math.abs(value)],
  ([low]) => low > -1,
);

/**
 * Zooms each image around its centre: 0.2 shows 1.2 times as much of it, smaller, and -0.2 only 0.8 times, larger. A single
 * number stands for minus to plus itself.
 * @example new RandomZoom(0.2)
 */
export class RandomZoom extends Geometric<
  Complete<
    Required<GeometricOptions> & { readonly heightFactor: FactorRange; readonly widthFactor: FactorRange | null }
  >
> {
  static override readonly type: string = 'RandomZoom';

  constructor(
    heightFactor: Factor | (GeometricOptions & LayerOptions & Factors),
    widthFactor?: Factor | null | (GeometricOptions & LayerOptions),
    options: GeometricOptions & LayerOptions = {},
  ) {
    const isOptions = typeof widthFactor === 'object' && widthFactor !== null && !Array.isArray(widthFactor);
    const rest = isOptions ? (widthFactor as object) : options;
    const fields = { heightFactor: zoom, widthFactor: optional(zoom), ...geometricFields() };
    const width = isOptions ? undefined : widthFactor;
    super(readLayerOptions('RandomZoom', fields, positional({ heightFactor, widthFactor: width }, rest)));
  }

  protected override source(images: Tensor, height: number, width: number): Matrix {
    const { heightFactor, widthFactor } = this.config;
    const down = draw(images, heightFactor).add(1);
    const across = widthFactor === null ? down : draw(images, widthFactor).add(1);
    return around([across, 0, 0, 0, down, 0, 0, 0, 1], (width - 1) / 2, (height - 1) / 2);
  }
}
