import type { Tensor } from '@nablajs/tensor';
import { Piece } from '../base/piece.ts';

/**
 * An activation of your own under a name, so that files can hold it; a plugin lists it among its `pieces`. Its configuration is
 * the object its constructor takes.
 * @example
 * class Swoosh extends NamedActivation<{ readonly slope: number }> {
 *   static override readonly type = 'acme/Swoosh';
 *   override apply(x: Tensor): Tensor {
 *     return x.mul(x.mul(this.config.slope).sigmoid());
 *   }
 * }
 * new Dense(8, { activation: new Swoosh({ slope: 2 }) });
 */
export abstract class NamedActivation<C extends object = object> extends Piece<C> {
  /** What becomes of the values, in their shape. */
  abstract apply(x: Tensor): Tensor;
}
