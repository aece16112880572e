// Random numbers, one per image.
import { randomUniform, type Tensor } from '@nablajs/tensor';
import type { FactorRange } from './options.ts';

/** A number between the ends for each image of a batch, shaped to act on all of it: `[batch, 1, 1, 1]`. */
export function perImage(images: Tensor, [low, high]: FactorRange): Tensor {
  return draw(images, [low, high]).reshape([images.shape[0]!, 1, 1, 1]);
}

/** A number between the ends for each image: `[batch]`. */
export function draw(images: Tensor, [low, high]: FactorRange): Tensor {
  return randomUniform([images.shape[0]!], { minval: low, maxval: high });
}

/** True for each image with a probability that itself is drawn between the ends: bool `[batch]`. */
export function chance(images: Tensor, probability: FactorRange): Tensor {
  const [low, high] = probability;
  return randomUniform([images.shape[0]!]).less(low === high ? low : draw(images, probability));
}

/** Minus or plus one for each image: `[batch]`. */
export function sign(images: Tensor): Tensor {
  return randomUniform([images.shape[0]!]).less(0.5).where(-1, 1).cast('float32');
}

/** One value per image, shaped to act on all of it. */
export function overImage(perImage: Tensor): Tensor {
  return perImage.reshape([perImage.size, 1, 1, 1]);
}
