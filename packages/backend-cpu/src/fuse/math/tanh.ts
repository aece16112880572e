// tanh x = x P(x^2) / Q(x^2): a minimax fit of relative error 2.3e-8 up to the point where tanh rounds to 1.
import { f32x4 } from '../../wasm/index.ts';
import { between, type MapContext, polynomial, type V } from './context.ts';

const P = [0.9999999772148446, 0.133744760532253, 0.0034878118260081967, 2.0481190239926018e-5, 1.3177511561453716e-8];
const Q = [1, 0.4670778984133888, 0.02584739218147677, 3.2729210466036915e-4, 7.704044937406467e-7];
const ONE_FROM = 9.1;

/** Hyperbolic tangent, within 6 units of the last place. */
export function tanh(c: MapContext, x: V): V {
  const { f } = c;
  const bounded = f.let(between(-ONE_FROM, x, ONE_FROM));
  const square = f.let(f32x4.mul(bounded, bounded));
  const value = f.let(f32x4.div(f32x4.mul(bounded, polynomial(c, square, P)), polynomial(c, square, Q)));
  return f.let(between(-1, value, 1));
}
