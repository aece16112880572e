import { Layer } from '../base/layer.ts';
import type { Field } from '../base/options.ts';

/** The option of layers around another. */
export const WRAPPED: Field<Layer> = {
  must: 'a layer with one input',
  fallback: undefined,
  read: (value) => (value instanceof Layer ? (value as Layer) : undefined),
};
