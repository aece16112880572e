import type { Shape, Tensor } from '@nablajs/tensor';
import type { PieceJSON } from '../base/json.ts';
import { Piece } from '../base/piece.ts';

/** Names of the built-in initializers, as layers take them. */
export type InitializerName =
  | 'zeros'
  | 'ones'
  | 'constant'
  | 'randomUniform'
  | 'randomNormal'
  | 'truncatedNormal'
  | 'varianceScaling'
  | 'glorotUniform'
  | 'glorotNormal'
  | 'heUniform'
  | 'heNormal'
  | 'lecunUniform'
  | 'lecunNormal'
  | 'identity'
  | 'orthogonal'
  | 'uniform'
  | 'normal';

/** An initializer, its name, or its JSON. */
export type InitializerLike = InitializerName | (string & Record<never, never>) | Initializer | PieceJSON;

/** How a weight begins. Its configuration is the object its constructor takes. */
export abstract class Initializer<C extends object = object> extends Piece<C> {
  /** A float32 tensor of a shape. */
  abstract apply(shape: Shape): Tensor;
}
