import { type Field, optional } from '../base/options.ts';
import { byName, pieceFrom } from '../base/pieces.ts';
import { L1, L1L2, L2, L2Norm } from './norms.ts';
import { Regularizer, type RegularizerLike } from './regularizer.ts';

const BUILTIN = byName<Regularizer>([L1, L2, L1L2, L2Norm]);

/**
 * The regularizer of a name, of its JSON, or itself.
 * @throws ConfigError for an unknown name, with the nearest known one
 * @example regularizerFrom('l2')
 */
export function regularizerFrom(value: RegularizerLike, place: string = 'regularizer'): Regularizer {
  return pieceFrom(place, value, (piece): piece is Regularizer => piece instanceof Regularizer, BUILTIN);
}

/** An option that takes a regularizer, by default none. */
export const regularizer: Field<RegularizerLike | null> = optional({
  must: 'a regularizer',
  fallback: undefined,
  read: (value, place) => {
    regularizerFrom(value as RegularizerLike, place);
    return value as RegularizerLike;
  },
});
