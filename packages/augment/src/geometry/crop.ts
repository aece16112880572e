import { Resizing } from '@nablajs/layers';
import { type Complete, count, type LayerOptions, positional, readLayerOptions } from '@nablajs/layers/options';
import { randomUniform, ShapeError, type Tensor } from '@nablajs/tensor';
import { Augmentation, type ImageChange } from '../base/augmentation.ts';
import { mapped } from './geometric.ts';

interface Size {
  readonly height: number;
  readonly width: number;
}

/**
 * Cuts a piece of `height` by `width` pixels out of each image, anywhere. Otherwise than in training, and where images are
 * smaller than the piece, the largest middle part with these proportions is scaled to it.
 * @example new RandomCrop(24, 24)
 */
export class RandomCrop extends Augmentation<Complete<Size>> {
  static override readonly type: string = 'RandomCrop';
  readonly #resizing: Resizing;

  constructor(height: number | (Size & LayerOptions), width?: number, options: LayerOptions = {}) {
    super(readLayerOptions('RandomCrop', { height: count(), width: count() }, positional({ height, width }, options)));
    const { height: rows, width: columns } = this.config;
    this.#resizing = new Resizing(rows, columns, { cropToAspectRatio: true });
  }

  protected override draw(images: Tensor): ImageChange {
    const { height, width } = this.config;
    const [batch, inHeight, inWidth] = images.shape as [number, number, number, number];
    if (inHeight < height || inWidth < width) return this.rest();
    const start = (room: number): Tensor =>
      randomUniform([batch], { maxval: room + 1 })
        .floor()
        .minimum(room);
    const reading = { interpolation: 'nearest', fillMode: 'nearest', fillValue: 0 } as const;
    const source = [1, 0, start(inWidth - width), 0, 1, start(inHeight - height), 0, 0, 1] as const;
    return mapped(source, reading, height, width);
  }

  protected override rest(): ImageChange {
    const middle = (x: Tensor): Tensor => this.#resizing.apply(x);
    const refuse = (): never => {
      throw new ShapeError(
        'boxes, points and masks follow crops in training only. Scale them beforehand, with the images.',
      );
    };
    return { images: middle, boxes: refuse, points: refuse, masks: refuse };
  }
}
