// Augmentations that move pixels.
import type { Tensor } from '@nablajs/tensor';
import { Augmentation, type ImageChange } from '../base/augmentation.ts';
import { type FillMode, fillMode, fillValue, interpolation, type PixelInterpolation } from '../base/options.ts';
import { mapBoxes } from '../boxes/boxes.ts';
import { mapKeyPoints } from '../boxes/points.ts';
import { inverse, type Matrix, placesOf } from './matrix.ts';
import { type Reading, sample } from './sample.ts';

/** Options of augmentations that move pixels. */
export interface GeometricOptions {
  /** What lies outside of the image; each layer has its default. */
  readonly fillMode?: FillMode;
  /** What `fillMode: 'constant'` fills with. Default 0. */
  readonly fillValue?: number;
  /** Default `bilinear`. */
  readonly interpolation?: PixelInterpolation;
}

/** The fields of {@link GeometricOptions}. */
export function geometricFields(mode: FillMode = 'reflect'): {
  fillMode: ReturnType<typeof fillMode>;
  fillValue: typeof fillValue;
  interpolation: typeof interpolation;
} {
  return { fillMode: fillMode(mode), fillValue, interpolation };
}

/** An augmentation that is a projective map: images, masks, boxes and points follow from it. */
export abstract class Geometric<C extends Reading> extends Augmentation<C> {
  /** Where each pixel of an output comes from, in images of a height and width. */
  protected abstract source(images: Tensor, height: number, width: number): Matrix;

  protected override draw(images: Tensor): ImageChange {
    const [, height, width] = images.shape as [number, number, number, number];
    return mapped(this.source(images, height, width), this.config, height, width);
  }
}

/** The change that reads an output of a size through a map from its pixels to those of the input. */
export function mapped(source: Matrix, reading: Reading, height: number, width: number): ImageChange {
  return {
    images: (images) => sample(images, placesOf(source, images.shape[0]!, height, width), reading),
    masks: (masks) => {
      const nearest = { ...reading, interpolation: 'nearest' } as const;
      const values = masks.cast('float32');
      return sample(values, placesOf(source, masks.shape[0]!, height, width), nearest).cast(masks.dtype);
    },
    boxes: (boxes) => mapBoxes(boxes, inverse(source), height, width),
    points: (points) => mapKeyPoints(points, inverse(source)),
  };
}
