import type { Field } from '@nablajs/layers/options';
import { Augmentation } from '../base/augmentation.ts';

/** An option that takes augmentations. */
export const augmentations: Field<readonly Augmentation[]> = {
  must: 'a list of augmentations',
  fallback: undefined,
  read: (value) =>
    Array.isArray(value) && value.every((item) => item instanceof Augmentation) ? (value as Augmentation[]) : undefined,
};
