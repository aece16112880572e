// One of several augmentations for each image of a batch.
import { formatShape, randomInteger, ShapeError, sameShape, type Tensor } from '@nablajs/tensor';
import { type Augmentation, changeOf, type ImageChange } from '../base/augmentation.ts';

/**
 * A change that does to each image what one of the augmentations would, chosen at random. All are computed, as the graph is
 * the same for all images.
 * @param idle how many further choices, each as likely as one augmentation, leave an image alone. Default 0
 */
export function chosen(layers: readonly Augmentation[], images: Tensor, idle: number = 0, boxes?: Tensor): ImageChange {
  const choice = randomInteger([images.shape[0]!], 0, layers.length + idle);
  return byNumber(
    choice,
    layers.map((layer) => layer.change(images, { training: true }, boxes)),
  );
}

/** The change whose number stands in `choice [batch]`, for each image; other numbers leave it alone. */
export function byNumber(choice: Tensor, changes: readonly ImageChange[]): ImageChange {
  return changeOf((part, value) =>
    changes.reduce((result, change, i) => {
      const step = change[part];
      return step ? whereTrue(choice.equal(i), step(value), result) : result;
    }, value),
  );
}

/**
 * The changed rows of a batch where a bool `[batch]` is true, the others as they were.
 * @throws ShapeError when the change is one of size
 */
export function whereTrue(isChanged: Tensor, changed: Tensor, value: Tensor): Tensor {
  if (!sameShape(changed.shape, value.shape)) {
    throw new ShapeError(
      `some images would become ${formatShape(changed.shape.slice(1))}, others stay ${formatShape(value.shape.slice(1))}. ` +
        'Put what changes sizes before or behind it.',
    );
  }
  return isChanged.reshape([isChanged.size, ...new Array<number>(value.rank - 1).fill(1)]).where(changed, value);
}
