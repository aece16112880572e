// Upright rectangles, one per image, at random places.
import { randomUniform, type Tensor } from '@nablajs/tensor';
import { numbered } from './matrix.ts';

/** A rectangle in each image of a batch. */
export interface Rectangles {
  /** True for the pixels inside, bool `[batch, height, width, 1]`. */
  readonly inside: Tensor;
  /** Share of the image's pixels, `[batch]`. */
  readonly area: Tensor;
}

/** Rectangles whose sides are shares of the height and width, `[batch]`, wholly inside of the images. */
export function rectangles(images: Tensor, heightShare: Tensor, widthShare: Tensor): Rectangles {
  const [batch, height, width] = images.shape as [number, number, number, number];
  const side = (share: Tensor, size: number): Tensor => share.mul(size).round().clip(0, size);
  const [tall, wide] = [side(heightShare, height), side(widthShare, width)];
  const inSpan = (length: Tensor, size: number, axis: 1 | 2): Tensor => {
    const room = length.neg().add(size);
    const start = randomUniform([batch]).mul(room.add(1)).floor().minimum(room).reshape([batch, 1, 1]);
    const at = numbered(size, axis);
    return at.greaterEqual(start).logicalAnd(at.less(start.add(length.reshape([batch, 1, 1]))));
  };
  return {
    inside: inSpan(tall, height, 1)
      .logicalAnd(inSpan(wide, width, 2))
      .expandDims(3),
    area: tall.mul(wide).mul(1 / (height * width)),
  };
}
