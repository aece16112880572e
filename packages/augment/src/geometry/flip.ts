import { type Complete, choice, type LayerOptions, positional, readLayerOptions } from '@nablajs/layers/options';
import { concat, type Tensor } from '@nablajs/tensor';
import { Augmentation, type ImageChange } from '../base/augmentation.ts';
import { chance, overImage } from '../base/draw.ts';
import { boxesOf, edgesOf } from '../boxes/boxes.ts';
import { coordinatesOf } from '../boxes/points.ts';

/** Along which axes images are flipped. */
export type FlipMode = 'horizontal' | 'vertical' | 'horizontalAndVertical';

/**
 * Flips each image with probability 1/2: left and right, top and bottom, or each of both.
 * @example new RandomFlip('horizontal')
 */
export class RandomFlip extends Augmentation<Complete<{ readonly mode: FlipMode }>> {
  static override readonly type: string = 'RandomFlip';

  constructor(mode: FlipMode | ({ readonly mode?: FlipMode } & LayerOptions) = {}, options: LayerOptions = {}) {
    const modes: readonly FlipMode[] = ['horizontal', 'vertical', 'horizontalAndVertical'];
    const fields = { mode: choice(modes, 'horizontalAndVertical') };
    super(readLayerOptions('RandomFlip', fields, positional({ mode }, options)));
  }

  protected override draw(images: Tensor): ImageChange {
    const { mode } = this.config;
    const [, height, width] = images.shape as [number, number, number, number];
    const turns = (axis: 'horizontal' | 'vertical'): Tensor | null =>
      mode === axis || mode === 'horizontalAndVertical' ? chance(images, [0.5, 0.5]) : null;
    const [across, down] = [turns('horizontal'), turns('vertical')];

    const flipped = (x: Tensor): Tensor => {
      const turned = across ? overImage(across).where(x.flip([2]), x) : x;
      return down ? overImage(down).where(turned.flip([1]), turned) : turned;
    };
    const boxes = (boxes: Tensor): Tensor => {
      const [left, top, right, bottom] = edgesOf(boxes);
      const mirror = (turn: Tensor | null, size: number, low: Tensor, high: Tensor): [Tensor, Tensor] => {
        if (!turn) return [low, high];
        const each = turn.reshape([turn.size, 1, 1]);
        return [each.where(high.neg().add(size), low), each.where(low.neg().add(size), high)];
      };
      const [newLeft, newRight] = mirror(across, width, left, right);
      const [newTop, newBottom] = mirror(down, height, top, bottom);
      return boxesOf([newLeft, newTop, newRight, newBottom], height, width);
    };
    const points = (points: Tensor): Tensor => {
      const mirror = (turn: Tensor | null, size: number, at: Tensor): Tensor =>
        turn ? turn.reshape([turn.size, 1, 1]).where(at.neg().add(size), at) : at;
      const [x, y] = coordinatesOf(points);
      return concat([mirror(across, width, x), mirror(down, height, y)], 2);
    };
    return { images: flipped, masks: flipped, boxes, points };
  }
}
