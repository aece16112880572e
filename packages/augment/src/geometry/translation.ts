import { type Complete, type LayerOptions, positional, readLayerOptions } from '@nablajs/layers/options';
import type { Tensor } from '@nablajs/tensor';
import { draw } from '../base/draw.ts';
import { type Factor, type FactorRange, swing } from '../base/options.ts';
import { Geometric, type GeometricOptions, geometricFields } from './geometric.ts';
import type { Matrix } from './matrix.ts';

interface Factors {
  readonly heightFactor: Factor;
  readonly widthFactor: Factor;
}

/**
 * Shifts each image, down by a share of its height and right by a share of its width; negative shares go up and left. A
 * single number stands for minus to plus itself.
 * @example new RandomTranslation(0.1, 0.1)
 */
export class RandomTranslation extends Geometric<
  Complete<Required<GeometricOptions> & { readonly heightFactor: FactorRange; readonly widthFactor: FactorRange }>
> {
  static override readonly type: string = 'RandomTranslation';

  constructor(
    heightFactor: Factor | (GeometricOptions & LayerOptions & Factors),
    widthFactor?: Factor,
    options: GeometricOptions & LayerOptions = {},
  ) {
    const fields = { heightFactor: swing(), widthFactor: swing(), ...geometricFields() };
    super(readLayerOptions('RandomTranslation', fields, positional({ heightFactor, widthFactor }, options)));
  }

  protected override source(images: Tensor, height: number, width: number): Matrix {
    const { heightFactor, widthFactor } = this.config;
    return [1, 0, draw(images, widthFactor).mul(-width), 0, 1, draw(images, heightFactor).mul(-height), 0, 0, 1];
  }
}
