import type { Tensor } from '@nablajs/tensor';
import type { PieceJSON } from '../base/json.ts';

/** Names of the built-in constraints, as layers take them. */
export type ConstraintName = 'maxNorm' | 'minMaxNorm' | 'nonNeg' | 'unitNorm';

/** A constraint, its name, or its JSON. */
export type ConstraintLike = ConstraintName | (string & Record<never, never>) | Constraint | PieceJSON;

/** What a weight must keep to: applied to its new value in every update. Its configuration is the object its constructor takes. */
export abstract class Constraint<C extends object = object> {
  /** What files call the class; `package/Name` outside of this package. */
  static readonly type: string = '';
  /** Plain JSON. */
  readonly config: Readonly<C>;

  constructor(config: C) {
    this.config = config;
  }

  /** The weight that is used instead, of the same shape. */
  abstract apply(weight: Tensor): Tensor;

  /** For `constraintFrom`. */
  toJSON(): PieceJSON {
    return {
      type: (this.constructor as typeof Constraint).type,
      config: this.config as Readonly<Record<string, unknown>>,
    };
  }
}
