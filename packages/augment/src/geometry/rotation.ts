import { type Complete, type LayerOptions, positional, readLayerOptions } from '@nablajs/layers/options';
import type { Tensor } from '@nablajs/tensor';
import { draw } from '../base/draw.ts';
import { type Factor, type FactorRange, swing } from '../base/options.ts';
import { Geometric, type GeometricOptions, geometricFields } from './geometric.ts';
import { around, type Matrix } from './matrix.ts';

/**
 * Turns each image around its centre, by an angle between the two ends of `factor`, in whole turns: 0.1 is 36 degrees.
 * Positive angles turn counter-clockwise. A single number stands for minus to plus itself.
 * @example new RandomRotation(0.1, { fillMode: 'constant' })
 */
export class RandomRotation extends Geometric<Complete<Required<GeometricOptions> & { readonly factor: FactorRange }>> {
  static override readonly type: string = 'RandomRotation';

  constructor(
    factor: Factor | (GeometricOptions & LayerOptions & { readonly factor: Factor }),
    options: GeometricOptions & LayerOptions = {},
  ) {
    const fields = { factor: swing(), ...geometricFields() };
    super(readLayerOptions('RandomRotation', fields, positional({ factor }, options)));
  }

  protected override source(images: Tensor, height: number, width: number): Matrix {
    const [low, high] = this.config.factor;
    const angle = draw(images, [2 * Math.PI * low, 2 * Math.PI * high]);
    const [cos, sin] = [angle.cos(), angle.sin()];
    // Rows grow downward: this looks back along a counter-clockwise turn.
    return around([cos, sin.neg(), 0, sin, cos, 0, 0, 0, 1], (width - 1) / 2, (height - 1) / 2);
  }
}
