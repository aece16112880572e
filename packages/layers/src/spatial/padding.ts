import { choice, type Field } from '../base/options.ts';

/** `'valid'`: only windows that lie inside. `'same'`: cells around, so that the output has `ceil(size / stride)` places. */
export type SpatialPadding = 'valid' | 'same';

/** The option `padding`. */
export const spatialPadding: Field<SpatialPadding> = choice<SpatialPadding>(['valid', 'same'], 'valid');
