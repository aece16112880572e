import type { Tensor } from '@nablajs/tensor';
import type { PieceJSON } from '../base/json.ts';
import { Piece } from '../base/piece.ts';

/** Names of the built-in constraints, as layers take them. */
export type ConstraintName = 'maxNorm' | 'minMaxNorm' | 'nonNeg' | 'unitNorm';

/** A constraint, its name, or its JSON. */
export type ConstraintLike = ConstraintName | (string & Record<never, never>) | Constraint | PieceJSON;

/** What a weight must keep to: applied to its new value in every update. Its configuration is the object its constructor takes. */
export abstract class Constraint<C extends object = object> extends Piece<C> {
  /** The weight that is used instead, of the same shape. */
  abstract apply(weight: Tensor): Tensor;
}
