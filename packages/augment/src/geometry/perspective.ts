import { type Complete, fraction, type LayerOptions, readLayerOptions } from '@nablajs/layers/options';
import { randomUniform, type Tensor } from '@nablajs/tensor';
import { chance } from '../base/draw.ts';
import { type Factor, type FactorRange, share } from '../base/options.ts';
import { Geometric, type GeometricOptions, geometricFields } from './geometric.ts';
import { type Entry, IDENTITY, type Matrix } from './matrix.ts';

/** Options of {@link RandomPerspective}. */
export interface RandomPerspectiveOptions extends GeometricOptions, LayerOptions {
  /** Probability that an image is changed; a number stands for 0 to itself, [low, high] is drawn from. Default 1. */
  readonly factor?: Factor;
  /** How far corners move inward at most, as a share of half the image. Default 1. */
  readonly scale?: number;
}

/**
 * Shows each image from aside: the output's corners are taken from places inside of the image, each moved by up to
 * `scale / 2` of its height and width.
 * @example new RandomPerspective({ factor: [0.5, 0.5], scale: 0.4 })
 */
export class RandomPerspective extends Geometric<
  Complete<Required<GeometricOptions> & { readonly factor: FactorRange; readonly scale: number }>
> {
  static override readonly type: string = 'RandomPerspective';

  constructor(options: RandomPerspectiveOptions = {}) {
    const fields = { factor: share([1, 1]), scale: fraction(1), ...geometricFields('constant') };
    super(readLayerOptions('RandomPerspective', fields, options));
  }

  protected override source(images: Tensor, height: number, width: number): Matrix {
    const { factor, scale } = this.config;
    const batch = images.shape[0]!;
    const [right, bottom] = [width - 1, height - 1];
    const inward = randomUniform([batch, 8], { maxval: scale / 2 });
    const moved = (at: number, size: number): Tensor => inward.slice([0, at], [batch, 1]).reshape([batch]).mul(size);
    const corners = [
      [moved(0, right), moved(1, bottom)],
      [moved(2, right).neg().add(right), moved(3, bottom)],
      [moved(4, right).neg().add(right), moved(5, bottom).neg().add(bottom)],
      [moved(6, right), moved(7, bottom).neg().add(bottom)],
    ] as const;
    const changed = chance(images, factor);
    const toCorners = rectangleTo(corners, Math.max(right, 1), Math.max(bottom, 1));
    return toCorners.map((entry, at) =>
      typeof entry === 'number' ? entry : changed.where(entry, IDENTITY[at] as number),
    ) as unknown as Matrix;
  }
}

type Corner = readonly [x: Tensor, y: Tensor];

/**
 * The map from an upright rectangle (corners clockwise from the top left) to any four corners. Heckbert, 1989, section 2.2.
 */
function rectangleTo(
  [p0, p1, p2, p3]: readonly [Corner, Corner, Corner, Corner],
  width: number,
  height: number,
): Matrix {
  const [dx1, dx2] = [p1[0].sub(p2[0]), p3[0].sub(p2[0])];
  const [dy1, dy2] = [p1[1].sub(p2[1]), p3[1].sub(p2[1])];
  const sx = p0[0].sub(p1[0]).add(p2[0]).sub(p3[0]);
  const sy = p0[1].sub(p1[1]).add(p2[1]).sub(p3[1]);
  const area = dx1.mul(dy2).sub(dx2.mul(dy1));
  // Corners that all fall together leave nothing to solve.
  const safe = area.equal(0).where(1, area);
  const g = sx.mul(dy2).sub(sy.mul(dx2)).div(safe);
  const h = dx1.mul(sy).sub(dy1.mul(sx)).div(safe);
  const row = (axis: 0 | 1): readonly [Entry, Entry, Entry] => [
    p1[axis].sub(p0[axis]).add(g.mul(p1[axis])).div(width),
    p3[axis].sub(p0[axis]).add(h.mul(p3[axis])).div(height),
    p0[axis],
  ];
  return [...row(0), ...row(1), g.div(width), h.div(height), 1];
}
