// What becomes of points outside of their images.
import { type Complete, type LayerOptions, readLayerOptions, real } from '@nablajs/layers/options';
import { concat, type Tensor } from '@nablajs/tensor';
import { Augmentation, type ImageChange } from '../base/augmentation.ts';
import { coordinatesOf } from './points.ts';

/**
 * Moves points that lie outside of their image to its border.
 * @example new Pipeline([new RandomRotation(0.1), new ClampKeyPoints()])
 */
export class ClampKeyPoints extends Augmentation {
  static override readonly type: string = 'ClampKeyPoints';

  constructor(options: LayerOptions = {}) {
    super(readLayerOptions('ClampKeyPoints', {}, options));
  }

  protected override draw(images: Tensor): ImageChange {
    const [, height, width] = images.shape as [number, number, number, number];
    return {
      images: (x) => x,
      points(points: Tensor) {
        const [x, y] = coordinatesOf(points);
        return concat([x.clip(0, width), y.clip(0, height)], 2);
      },
    };
  }

  protected override rest(images: Tensor): ImageChange {
    return this.draw(images);
  }
}

/** Options of {@link SanitizeKeyPoints}. */
export interface SanitizeKeyPointsOptions extends LayerOptions {
  /** What the coordinates of points outside become. Default -1. */
  readonly fillValue?: number;
}

/**
 * Marks points that lie outside of their image: their coordinates become `fillValue`. All points keep their places, so that
 * what belongs to them need not move.
 * @example new Pipeline([new RandomRotation(0.1), new SanitizeKeyPoints()])
 */
export class SanitizeKeyPoints extends Augmentation<Complete<SanitizeKeyPointsOptions>> {
  static override readonly type: string = 'SanitizeKeyPoints';

  constructor(options: SanitizeKeyPointsOptions = {}) {
    super(readLayerOptions('SanitizeKeyPoints', { fillValue: real(-1) }, options));
  }

  protected override draw(images: Tensor): ImageChange {
    const [, height, width] = images.shape as [number, number, number, number];
    const within = (at: Tensor, size: number): Tensor => at.greaterEqual(0).logicalAnd(at.lessEqual(size));
    return {
      images: (x) => x,
      points: (points) => {
        const [x, y] = coordinatesOf(points);
        return within(x, width).logicalAnd(within(y, height)).where(points, this.config.fillValue);
      },
    };
  }

  protected override rest(images: Tensor): ImageChange {
    return this.draw(images);
  }
}
