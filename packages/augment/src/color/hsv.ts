// Hue, saturation and value of colours from 0 to 1 (Smith, 1978); hue is a share of the whole circle.
import { concat, type Tensor } from '@nablajs/tensor';
import { colours } from './values.ts';

/** Each `[batch, height, width, 1]`. */
export interface Hsv {
  readonly hue: Tensor;
  readonly saturation: Tensor;
  readonly value: Tensor;
}

/** From red, green and blue, `[batch, height, width, 3]`. Grey has hue 0. */
export function toHsv(x: Tensor): Hsv {
  const [red, green, blue] = colours(x);
  const value = red.maximum(green).maximum(blue);
  const spread = value.sub(red.minimum(green).minimum(blue));
  const isGrey = spread.lessEqual(0);
  const safe = isGrey.where(1, spread);
  const sixths = red
    .equal(value)
    .where(
      green.sub(blue).div(safe),
      green.equal(value).where(blue.sub(red).div(safe).add(2), red.sub(green).div(safe).add(4)),
    );
  const hue = isGrey.where(0, sixths.mul(1 / 6).mod(1));
  const isBlack = value.lessEqual(0);
  return { hue, saturation: isBlack.where(0, spread.div(isBlack.where(1, value))), value };
}

/** Back to red, green and blue. */
export function fromHsv({ hue, saturation, value }: Hsv): Tensor {
  const depth = value.mul(saturation);
  // How far each colour lies below the value, by its distance on the circle.
  const channel = (offset: number): Tensor => {
    const place = hue.mul(6).add(offset).mod(6);
    return value.sub(depth.mul(place.minimum(place.neg().add(4)).clip(0, 1)));
  };
  return concat([channel(5), channel(3), channel(1)], 3);
}
