// Minimax fits: erf(x) / x in x^2 up to 1, and beyond it ln(1 - erf(x)) in x, which is nearly a parabola.
import { f32x4 } from '../../wasm/index.ts';
import { choose, type MapContext, polynomial, type V } from './context.ts';
import { exp, withSign } from './exp.ts';

const CENTRE = [
  1.1283791657266906, -0.37612625824086937, 0.11283585146945782, -0.026853811865272182, 0.005188327552438947,
  -0.0008010192452768781, 0.00007853857478469335,
];
const TAIL = [
  -0.00035390452636062733, -1.127039271091019, -0.6382269696564147, -0.10303622775798836, 0.02180476383256675,
  -0.002939466816417063, 0.00018555952767207294,
];

/** The error function, within 3 units of the last place. */
export function erf(c: MapContext, x: V): V {
  const { f } = c;
  const size = f.let(f32x4.abs(x));
  const centre = f.let(f32x4.mul(x, polynomial(c, f.let(f32x4.mul(x, x)), CENTRE)));
  // From 4 on erf rounds to 1.
  const bounded = f.let(f32x4.pmin(size, 4));
  const tail = f32x4.sub(f32x4.const(1), exp(c, f.let(polynomial(c, bounded, TAIL))));
  return f.let(choose(f32x4.lt(size, 1), centre, withSign(tail, x)));
}
