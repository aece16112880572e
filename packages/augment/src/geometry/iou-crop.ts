import {
  type Complete,
  count,
  type Field,
  fraction,
  type LayerOptions,
  positive,
  readLayerOptions,
} from '@nablajs/layers/options';
import { ConfigError, fromData, gather, oneHot, randomInteger, randomUniform, type Tensor } from '@nablajs/tensor';
import { Augmentation, type ImageChange } from '../base/augmentation.ts';
import { interpolation, type PixelInterpolation } from '../base/options.ts';
import { edgesOf } from '../boxes/boxes.ts';
import { mapped } from './geometric.ts';

/** Options of {@link RandomIoUCrop}. */
export interface RandomIoUCropOptions extends LayerOptions {
  /** Least height and width of a piece, as shares of the image's. Default 0.3. */
  readonly minScale?: number;
  /** Greatest height and width of a piece. Default 1. */
  readonly maxScale?: number;
  /** Least width of a piece, in heights. Default 0.5. */
  readonly minAspectRatio?: number;
  /** Greatest width of a piece, in heights. Default 2. */
  readonly maxAspectRatio?: number;
  /**
   * Least overlap of a piece with some box, of which one is drawn for each image; 1 leaves the image whole. Default
   * `[0, 0.1, 0.3, 0.5, 0.7, 0.9, 1]`.
   */
  readonly minOverlaps?: readonly number[];
  /** How many pieces are tried. Where none will do, the image stays whole. Default 40. */
  readonly trials?: number;
  /** Default `bilinear`. */
  readonly interpolation?: PixelInterpolation;
}

const overlaps: Field<readonly number[]> = {
  must: 'a list of numbers from 0 to 1',
  fallback: [0, 0.1, 0.3, 0.5, 0.7, 0.9, 1],
  read: (value) =>
    Array.isArray(value) && value.length > 0 && value.every((share) => share >= 0 && share <= 1)
      ? [...value]
      : undefined,
};

/** Overlaps that differ by less are alike, so that all backends decide alike. In pixels. */
const TOLERANCE = 1e-3;

/**
 * Cuts a piece around the objects of each image and scales it to the image's size, as detectors of single shots are trained
 * (Liu et al., 2015): the middle of some box lies inside, and the piece overlaps with it, as intersection over union, at
 * least as far as was drawn. Boxes whose middle is cut away become -1, as those that `MaxNumBoundingBoxes` fills in.
 * Without boxes, as in a model, any piece will do.
 * @throws ConfigError where a least scale or proportion is above the greatest
 * @example const { images, boxes } = new RandomIoUCrop().augment({ images: x, boxes: found });
 */
export class RandomIoUCrop extends Augmentation<Complete<RandomIoUCropOptions>> {
  static override readonly type: string = 'RandomIoUCrop';

  constructor(options: RandomIoUCropOptions = {}) {
    const fields = {
      minScale: fraction(0.3),
      maxScale: fraction(1),
      minAspectRatio: positive(0.5),
      maxAspectRatio: positive(2),
      minOverlaps: overlaps,
      trials: count(40),
      interpolation,
    };
    super(readLayerOptions('RandomIoUCrop', fields, options));
    const { minScale, maxScale, minAspectRatio, maxAspectRatio } = this.config;
    if (minScale > maxScale || minAspectRatio > maxAspectRatio) {
      throw new ConfigError(
        'RandomIoUCrop: minScale and minAspectRatio must not be above maxScale and maxAspectRatio.',
      );
    }
  }

  protected override draw(images: Tensor, boxes?: Tensor): ImageChange {
    const [batch, height, width] = images.shape as [number, number, number, number];
    const { trials, minAspectRatio, maxAspectRatio, minOverlaps } = this.config;
    const across = this.#spans(batch, width);
    const down = this.#spans(batch, height);
    const hasShape = across.length
      .greaterEqual(down.length.mul(minAspectRatio).sub(TOLERANCE))
      .logicalAnd(across.length.lessEqual(down.length.mul(maxAspectRatio).add(TOLERANCE)));
    const drawn = randomInteger([batch], 0, minOverlaps.length);
    const least = gather(fromData(Float32Array.from(minOverlaps), [minOverlaps.length]), drawn).reshape([batch, 1]);
    const isTried = hasShape.logicalAnd(least.less(1));
    const fits = boxes ? isTried.logicalAnd(covers(across, down, boxes, least)) : isTried;

    const first = oneHot(fits.cast('float32').argMax(1), trials);
    const isCut = fits.any([1]);
    const ofFirst = (each: Tensor, whole: number): Tensor => isCut.where(each.mul(first).sum([1]), whole);
    const piece = {
      left: ofFirst(across.start, 0),
      top: ofFirst(down.start, 0),
      width: ofFirst(across.length, width),
      height: ofFirst(down.length, height),
    };
    // Middles of pixels lie half a pixel behind their edges, in the piece and in the image.
    const along = (length: Tensor, start: Tensor, size: number): readonly [Tensor, Tensor] => {
      const scale = length.mul(1 / size);
      return [scale, scale.sub(1).mul(0.5).add(start)];
    };
    const [scaleX, fromX] = along(piece.width, piece.left, width);
    const [scaleY, fromY] = along(piece.height, piece.top, height);
    const reading = { interpolation: this.config.interpolation, fillMode: 'nearest', fillValue: 0 } as const;
    const change = mapped([scaleX, 0, fromX, 0, scaleY, fromY, 0, 0, 1], reading, height, width);
    const inPiece = (middle: Tensor, start: Tensor, length: Tensor): Tensor => {
      const low = start.reshape([batch, 1, 1]);
      return middle.greater(low).logicalAnd(middle.less(low.add(length.reshape([batch, 1, 1]))));
    };
    return {
      ...change,
      boxes: (boxes) => {
        const [left, top, right, bottom] = edgesOf(boxes);
        const stays = inPiece(left.add(right).mul(0.5), piece.left, piece.width).logicalAnd(
          inPiece(top.add(bottom).mul(0.5), piece.top, piece.height),
        );
        return stays.where(change.boxes!(boxes), -1);
      },
    };
  }

  /** Where pieces begin along an axis, and how long they are, in whole pixels: `[batch, trials]` each. */
  #spans(batch: number, size: number): Spans {
    const { minScale, maxScale, trials } = this.config;
    const length = randomUniform([batch, trials], { minval: minScale * size, maxval: maxScale * size })
      .floor()
      .clip(1, size);
    const room = length.neg().add(size);
    const start = randomUniform([batch, trials]).mul(room.add(1)).floor().minimum(room);
    return { start, length };
  }
}

interface Spans {
  readonly start: Tensor;
  readonly length: Tensor;
}

/** Whether the middle of some box lies in each piece, and the two overlap far enough: bool `[batch, trials]`. */
function covers(across: Spans, down: Spans, boxes: Tensor, least: Tensor): Tensor {
  const [batch, found] = boxes.shape as [number, number, number];
  const ofBoxes = (edge: Tensor): Tensor => edge.reshape([batch, 1, found]);
  const [left, top, right, bottom] = edgesOf(boxes).map(ofBoxes) as [Tensor, Tensor, Tensor, Tensor];
  const along = (low: Tensor, high: Tensor, { start, length }: Spans): { common: Tensor; holds: Tensor } => {
    const from = start.expandDims(2);
    const to = from.add(length.expandDims(2));
    const middle = low.add(high).mul(0.5);
    return {
      common: high.minimum(to).sub(low.maximum(from)).maximum(0),
      holds: middle.greater(from).logicalAnd(middle.less(to)),
    };
  };
  const [x, y] = [along(left, right, across), along(top, bottom, down)];
  const common = x.common.mul(y.common);
  const area = right.sub(left).maximum(0).mul(bottom.sub(top).maximum(0));
  const union = across.length.mul(down.length).expandDims(2).add(area).sub(common);
  return x.holds
    .logicalAnd(y.holds)
    .logicalAnd(area.greater(0))
    .logicalAnd(common.greaterEqual(union.mul(least.expandDims(2)).sub(TOLERANCE)))
    .any([2]);
}
