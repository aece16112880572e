import { type Field, optional } from '../base/options.ts';
import { byName, pieceFrom } from '../base/pieces.ts';
import { Constraint, type ConstraintLike } from './constraint.ts';
import { MaxNorm, MinMaxNorm, NonNeg, UnitNorm } from './norms.ts';

const BUILTIN = byName<Constraint>([MaxNorm, MinMaxNorm, NonNeg, UnitNorm]);

/**
 * The constraint of a name, of its JSON, or itself.
 * @throws ConfigError for an unknown name, with the nearest known one
 * @example constraintFrom('nonNeg')
 */
export function constraintFrom(value: ConstraintLike, place: string = 'constraint'): Constraint {
  return pieceFrom(place, value, (piece): piece is Constraint => piece instanceof Constraint, BUILTIN);
}

/** An option that takes a constraint, by default none. */
export const constraint: Field<ConstraintLike | null> = optional({
  must: 'a constraint',
  fallback: undefined,
  read: (value, place) => {
    constraintFrom(value as ConstraintLike, place);
    return value as ConstraintLike;
  },
});
