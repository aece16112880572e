// Arithmetic that colour changes share.
import { formatSpec, ShapeError, type Tensor } from '@nablajs/tensor';
import type { FactorRange } from '../base/options.ts';

/** Values brought back between darkest and brightest. */
export function clipped(x: Tensor, [low, high]: FactorRange): Tensor {
  return x.clip(low, high);
}

/** Values from 0 to 1, changed, and back to their range. */
export function inUnits(x: Tensor, [low, high]: FactorRange, change: (x: Tensor) => Tensor): Tensor {
  if (low === 0 && high === 1) return change(x);
  return change(x.sub(low).mul(1 / (high - low)))
    .mul(high - low)
    .add(low);
}

/** Red, green and blue, each `[batch, height, width, 1]`. Throws ShapeError for other channels. */
export function colours(x: Tensor): readonly [red: Tensor, green: Tensor, blue: Tensor] {
  if (x.shape[3] !== 3) {
    throw new ShapeError(`needs images of 3 channels, red, green and blue, got ${formatSpec(x.spec)}.`);
  }
  const channel = (at: number): Tensor => x.slice([0, 0, 0, at], [...x.shape.slice(0, 3), 1]);
  return [channel(0), channel(1), channel(2)];
}

/** Brightness as the eye sees it, `[batch, height, width, 1]` (ITU-R BT.601); images of one channel are it already. */
export function grey(x: Tensor): Tensor {
  if (x.shape[3] === 1) return x;
  const [red, green, blue] = colours(x);
  return red.mul(0.2989).add(green.mul(0.587)).add(blue.mul(0.114));
}
