// Images read at other places: the one way in which every geometric change is made.
import { arange, gather, type Tensor } from '@nablajs/tensor';
import { blend } from '../base/blend.ts';
import type { FillMode, PixelInterpolation } from '../base/options.ts';

/** How to read between and beyond pixels. */
export interface Reading {
  readonly interpolation: PixelInterpolation;
  readonly fillMode: FillMode;
  readonly fillValue: number;
}

/** Column and row of each output pixel in the input, `[batch, height, width]`; pixel centres are whole numbers. */
export interface Places {
  readonly x: Tensor;
  readonly y: Tensor;
}

/** `images [batch, inHeight, inWidth, channels]` read at places `[batch, height, width]`. */
export function sample(images: Tensor, places: Places, reading: Reading): Tensor {
  const [batch, inHeight, inWidth, channels] = images.shape as [number, number, number, number];
  const { fillMode, fillValue, interpolation } = reading;
  const rows = images.reshape([batch * inHeight * inWidth, channels]);
  const first = arange(batch)
    .mul(inHeight * inWidth)
    .reshape([batch, 1, 1]);
  const across = axisOf(places.x, inWidth, fillMode);
  const down = axisOf(places.y, inHeight, fillMode);

  const read = (column: Tensor, row: Tensor): Tensor => {
    const index = first.add(down.index(row).mul(inWidth)).add(across.index(column));
    const found = gather(rows, index);
    if (fillMode !== 'constant') return found;
    const inside = across.within(column).logicalAnd(down.within(row));
    return inside.expandDims(3).where(found, fillValue);
  };
  if (interpolation === 'nearest') return read(across.at.add(0.5).floor(), down.at.add(0.5).floor());

  const [left, top] = [across.at.floor(), down.at.floor()];
  const [right, low] = [left.add(1), top.add(1)];
  const toRight = across.at.sub(left).expandDims(3);
  const toLow = down.at.sub(top).expandDims(3);
  return blend(
    blend(read(left, top), read(right, top), toRight),
    blend(read(left, low), read(right, low), toRight),
    toLow,
  );
}

interface Axis {
  /** Places brought back into the image, where the mode does that. */
  readonly at: Tensor;
  /** A whole place as the number of a pixel that exists. */
  index(place: Tensor): Tensor;
  /** Whether a whole place is in the image. */
  within(place: Tensor): Tensor;
}

function axisOf(place: Tensor, size: number, mode: FillMode): Axis {
  const clamped = (at: Tensor): Tensor => at.clip(0, size - 1).cast('int32');
  return {
    at: mode === 'reflect' ? reflected(place, size) : mode === 'wrap' ? place.mod(size) : place,
    index: (at) => (mode === 'wrap' ? clamped(at.mod(size)) : clamped(at)),
    within: (at) => at.greaterEqual(0).logicalAnd(at.lessEqual(size - 1)),
  };
}

/** `d c b a | a b c d | d c b a`: edges of pixels lie halfway between their centres. */
function reflected(place: Tensor, size: number): Tensor {
  const edge = place.add(0.5).mod(2 * size);
  return edge.minimum(edge.neg().add(2 * size)).sub(0.5);
}
