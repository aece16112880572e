import { argsort, ConfigError, gather, randomUniform, type Tensor } from '@nablajs/tensor';
import type { ImageChange } from '../base/augmentation.ts';

/** A random order of the batch, int32 `[batch]`: whom each image is mixed with. */
export function partners(images: Tensor): Tensor {
  return argsort(randomUniform([images.shape[0]!]));
}

/** Labels in the proportion of what is seen of each image; `own [batch]` is the share of the image itself. */
export function mixedLabels(partner: Tensor, own: Tensor): NonNullable<ImageChange['labels']> {
  return (labels) => {
    if (labels.rank < 2) {
      throw new ConfigError(
        'mixing needs labels as probabilities, [batch, classes], got class numbers. Make them with oneHot(labels, classes).',
      );
    }
    const values = labels.cast('float32');
    const share = own.reshape([own.size, ...new Array<number>(labels.rank - 1).fill(1)]);
    return values.mul(share).add(gather(values, partner).mul(share.neg().add(1)));
  };
}

/** Boxes, points and masks have no mixture. */
export function noMixture(): never {
  throw new ConfigError('images with boxes, points or masks cannot be mixed: there is no box of two halves.');
}
