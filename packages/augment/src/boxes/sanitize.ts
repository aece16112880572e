import { type Complete, type LayerOptions, nonNegative, readLayerOptions, real } from '@nablajs/layers/options';
import type { Tensor } from '@nablajs/tensor';
import { Augmentation, type ImageChange } from '../base/augmentation.ts';
import { edgesOf } from './boxes.ts';

/** Options of {@link SanitizeBoundingBoxes}. */
export interface SanitizeBoundingBoxesOptions extends LayerOptions {
  /** Pixels that each side of a box must have. Default 1. */
  readonly minSize?: number;
  /** Pixels that a box must cover. Default 1. */
  readonly minArea?: number;
  /** What the edges of all others become. Default -1. */
  readonly fillValue?: number;
}

/**
 * Marks boxes of which too little is left, after crops and turns: their edges become `fillValue`, as those of boxes that
 * `MaxNumBoundingBoxes` fills in. All boxes keep their places, so that what belongs to them need not move.
 * @example new SanitizeBoundingBoxes({ minSize: 4 })
 */
export class SanitizeBoundingBoxes extends Augmentation<Complete<SanitizeBoundingBoxesOptions>> {
  static override readonly type: string = 'SanitizeBoundingBoxes';

  constructor(options: SanitizeBoundingBoxesOptions = {}) {
    const fields = { minSize: nonNegative(1), minArea: nonNegative(1), fillValue: real(-1) };
    super(readLayerOptions('SanitizeBoundingBoxes', fields, options));
  }

  protected override draw(): ImageChange {
    const { minSize, minArea, fillValue } = this.config;
    return {
      images: (x) => x,
      boxes(boxes: Tensor) {
        const [left, top, right, bottom] = edgesOf(boxes);
        const [width, height] = [right.sub(left), bottom.sub(top)];
        const isTall = height.greaterEqual(minSize).logicalAnd(width.greaterEqual(minSize));
        // Two negative sides have a positive area.
        const isLarge = width.maximum(0).mul(height.maximum(0)).greaterEqual(minArea);
        return isTall.logicalAnd(isLarge).where(boxes, fillValue);
      },
    };
  }

  protected override rest(): ImageChange {
    return this.draw();
  }
}
