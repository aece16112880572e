// What all augmentations share: they act while training, per sample, on images and on what belongs to them.
import { Layer, type Mode } from '@nablajs/layers';
import { formatSpec, inScope, isFloat, isTensor, ShapeError, type Tensor } from '@nablajs/tensor';

/** Images with what belongs to them. All parts have the same first axis, the batch. */
export interface ImageSamples {
  /** `[batch, height, width, channels]`. */
  readonly images: Tensor;
  /** One row of class probabilities per image, `[batch, classes]`: mixing needs them so. */
  readonly labels?: Tensor | undefined;
  /** `[batch, boxes, 4]`: left, top, right and bottom edge in pixels. */
  readonly boxes?: Tensor | undefined;
  /** `[batch, points, 2]`: right and down in pixels from the top left corner, so that the first pixel's middle is 0.5, 0.5. */
  readonly points?: Tensor | undefined;
  /** The class of each pixel, `[batch, height, width, 1]`; follows geometry, always by the nearest pixel. */
  readonly masks?: Tensor | undefined;
}

/** What was drawn for one batch, as a function for each part of it; parts without one stay as they are. */
export interface ImageChange {
  readonly images: (images: Tensor) => Tensor;
  readonly labels?: (labels: Tensor) => Tensor;
  readonly boxes?: (boxes: Tensor) => Tensor;
  readonly points?: (points: Tensor) => Tensor;
  readonly masks?: (masks: Tensor) => Tensor;
}

/** The parts of {@link ImageSamples} that a change acts on. */
export type SamplePart = keyof ImageChange;

/** A change of all parts by one rule. */
export function changeOf(follow: (part: SamplePart, value: Tensor) => Tensor): ImageChange {
  return {
    images: (value) => follow('images', value),
    labels: (value) => follow('labels', value),
    boxes: (value) => follow('boxes', value),
    points: (value) => follow('points', value),
    masks: (value) => follow('masks', value),
  };
}

/** Changes one after the other. */
export function inTurn(steps: readonly ImageChange[]): ImageChange {
  return changeOf((part, value) => steps.reduce((y, step) => step[part]?.(y) ?? y, value));
}

/** A change that does nothing. */
const NO_CHANGE: ImageChange = { images: (images) => images };

/**
 * A layer that changes images at random while training, each in its own way, and leaves them alone otherwise. Random numbers
 * come from the seed (`setSeed`), and are the same on every backend.
 *
 * A subclass has a static `type` and says in `draw` what happens to a batch.
 * @example
 * class RandomFog extends Augmentation<{ most: number }> {
 *   static override readonly type = 'acme/RandomFog';
 *   protected override draw(images: Tensor): ImageChange {
 *     const fog = randomUniform([images.shape[0]!, 1, 1, 1], { maxval: this.config.most });
 *     return { images: (x) => x.add(fog.mul(fog.neg().add(255).sub(x))) };
 *   }
 * }
 */
export abstract class Augmentation<C extends object = object> extends Layer<C> {
  /**
   * What happens to a batch of float images `[batch, height, width, channels]`. Called once per batch.
   * @param boxes those of the images, where there are any, for what depends on them
   */
  protected abstract draw(images: Tensor, boxes?: Tensor): ImageChange;

  /** What happens to a batch when this is no training. Default: nothing. */
  protected rest(_images: Tensor): ImageChange {
    return NO_CHANGE;
  }

  protected override build(): void {}

  /** Images `[batch, height, width, channels]`, or one `[height, width, channels]`. Whole numbers become float32. */
  protected override call(x: Tensor, mode: Mode): Tensor {
    const images = isFloat(x.dtype) ? x : x.cast('float32');
    if (images.rank !== 3) return this.change(images, mode).images(images);
    const one = images.expandDims(0);
    return this.change(one, mode).images(one).squeeze([0]);
  }

  /**
   * Changes images together with their labels, boxes, points and masks, as `dataset.map` and training steps need it.
   * @param mode default: training
   * @throws ShapeError when a part has other axes, or another batch, than the images
   * @example dataset.map(({ x, y }) => { const { images, labels } = mixUp.augment({ images: x, labels: y }); return { x: images, y: labels }; })
   */
  augment(samples: ImageSamples, { training = true }: Partial<Mode> = {}): ImageSamples {
    return inScope(`"${this.name || this.type}" (${this.type})`, () => {
      checkSamples(samples);
      const images = isFloat(samples.images.dtype) ? samples.images : samples.images.cast('float32');
      const change = this.change(images, { training }, samples.boxes);
      const follow = (part: Exclude<SamplePart, 'images'>): Tensor | undefined => {
        const value = samples[part];
        return value && (change[part]?.(value) ?? value);
      };
      return {
        images: change.images(images),
        labels: follow('labels'),
        boxes: follow('boxes'),
        points: follow('points'),
        masks: follow('masks'),
      };
    });
  }

  /** For augmentations made of others: what this one does to a batch. */
  change(images: Tensor, { training }: Mode, boxes?: Tensor): ImageChange {
    if (images.rank !== 4) {
      throw new ShapeError(`expects images [batch, height, width, channels], got ${formatSpec(images.spec)}.`);
    }
    return training ? this.draw(images, boxes) : this.rest(images);
  }
}

function checkSamples({ images, labels, boxes, points, masks }: ImageSamples): void {
  const batch = images.shape[0];
  const parts: readonly [name: string, Tensor | undefined, form: readonly (string | number)[]][] = [
    ['labels', labels, ['...']],
    ['boxes', boxes, ['boxes', 4]],
    ['points', points, ['points', 2]],
    ['masks', masks, ['height', 'width', 1]],
  ];
  for (const [name, value, form] of parts) {
    if (value === undefined) continue;
    const fits =
      isTensor(value) &&
      value.shape[0] === batch &&
      (form[0] === '...' || value.rank === form.length + 1) &&
      (name === 'masks' || form.every((size, i) => typeof size === 'string' || value.shape[i + 1] === size));
    if (fits) continue;
    throw new ShapeError(
      `${name} must be [batch, ${form.join(', ')}] for ${batch} images, got ${isTensor(value) ? formatSpec(value.spec) : typeof value}.`,
    );
  }
}
