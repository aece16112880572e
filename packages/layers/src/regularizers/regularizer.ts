import type { Tensor } from '@nablajs/tensor';
import type { PieceJSON } from '../base/json.ts';
import { Piece } from '../base/piece.ts';

/** Names of the built-in regularizers, as layers take them. */
export type RegularizerName = 'l1' | 'l2' | 'l1L2' | 'l2Norm';

/** A regularizer, its name, or its JSON. */
export type RegularizerLike = RegularizerName | (string & Record<never, never>) | Regularizer | PieceJSON;

/** A term of the loss that depends on one weight only. Its configuration is the object its constructor takes. */
export abstract class Regularizer<C extends object = object> extends Piece<C> {
  /** The term, a scalar. */
  abstract apply(weight: Tensor): Tensor;
}
