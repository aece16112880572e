// One of several augmentations for each image of a batch.
import { randomInteger, type Tensor } from '@nablajs/tensor';
import type { Augmentation, ImageChange } from '../base/augmentation.ts';

/**
 * A change that does to each image what one of the augmentations would, chosen at random. All are computed, as the graph is
 * the same for all images.
 * @param idle how many further choices, each as likely as one augmentation, leave an image alone. Default 0
 */
export function chosen(layers: readonly Augmentation[], images: Tensor, idle: number = 0): ImageChange {
  const choice = randomInteger([images.shape[0]!], 0, layers.length + idle);
  const changes = layers.map((layer) => layer.change(images, { training: true }));
  const follow = (part: 'images' | 'labels' | 'boxes' | 'masks') => (value: Tensor) =>
    changes.reduce((result, change, i) => {
      const step = change[part];
      if (!step) return result;
      const isChosen = choice.equal(i).reshape([choice.size, ...new Array<number>(value.rank - 1).fill(1)]);
      return isChosen.where(step(value), result);
    }, value);
  return { images: follow('images'), labels: follow('labels'), boxes: follow('boxes'), masks: follow('masks') };
}
