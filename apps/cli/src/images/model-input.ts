import { ConfigError, formatShape, fromData, type Shape, type Tensor } from '@nablajs/tensor';
import { type Image, withChannels } from './image.ts';
import { resized } from './resize.ts';

/** An image as one model takes it. */
export interface ModelInput {
  /** Resized, in the model's number of channels. */
  readonly image: Image;
  /** `[1, ...shape]`. */
  readonly tensor: Tensor;
}

/**
 * Fits an image to a model's input.
 * @param shape of one sample: `[height, width, channels]`, `[height, width]`, or `[n]` for a square of grey pixels
 * @throws ConfigError when the model does not take images
 */
export function toModelInput(image: Image, shape: Shape): ModelInput {
  const [height, width, channels] = imageShape(shape);
  const fitted = resized(withChannels(image, channels), width, height);
  return { image: fitted, tensor: fromData(fitted.data, [1, ...shape]) };
}

function imageShape(shape: Shape): [height: number, width: number, channels: 1 | 3] {
  const [first, second, channels = 1] = shape;
  if ((shape.length === 2 || shape.length === 3) && (channels === 1 || channels === 3))
    return [first!, second!, channels];
  const side = Math.sqrt(first ?? 0);
  if (shape.length === 1 && Number.isInteger(side)) return [side, side, 1];
  throw new ConfigError(`The model takes inputs of shape ${formatShape(shape)}, which no grey or colour image has.`);
}
