// e^x = 2^n e^r with n = round(x / ln 2). The polynomials are minimax fits of (e^r - 1 - r) / r^2 on |r| <= ln(2) / 2.
import { f32x4, i32x4 } from '../../wasm/index.ts';
import { between, choose, type MapContext, polynomial, type V } from './context.ts';

const TAIL = [
  0.49999993412262106, 0.16666520105546778, 0.04166839425892991, 0.008368780622173054, 0.0013814464763584906,
];
/** ln 2 in two parts; the first has few enough bits that n times it is exact. */
const LN2_HIGH = 0.693359375;
const LN2_LOW = -2.1219444005469057e-4;

interface Reduced {
  /** Whole powers of two, as floats. */
  readonly n: V;
  /** e^r - 1. */
  readonly p: V;
}

function reduce(c: MapContext, x: V): Reduced {
  const { f, madd } = c;
  const n = f.let(f32x4.nearest(f32x4.mul(x, Math.LOG2E)));
  const r = f.let(madd(n, f32x4.const(-LN2_LOW), madd(n, f32x4.const(-LN2_HIGH), x)));
  const square = f.let(f32x4.mul(r, r));
  return { n, p: f.let(madd(square, polynomial(c, r, TAIL), r)) };
}

/** `2^n` for whole float lanes, exact in [-126, 127]. */
function powerOfTwo(n: V): V {
  return i32x4.shl(i32x4.add(i32x4.truncSatS(n), 127), 23);
}

/** `value * 2^n` for whole n in [-252, 254], overflowing to infinity and underflowing gradually. */
export function scale({ f }: MapContext, value: V, n: V): V {
  const whole = f.let(i32x4.truncSatS(n));
  const half = f.let(i32x4.shrS(whole, 1));
  const rest = i32x4.sub(whole, half);
  const power = (k: V): V => i32x4.shl(i32x4.add(k, 127), 23);
  return f.let(f32x4.mul(f32x4.mul(value, power(half)), power(rest)));
}

/** e^x, within 1.1 units of the last place. */
export function exp(c: MapContext, x: V): V {
  // Beyond these bounds the result is 0 or infinity anyway.
  const bounded = c.f.let(between(-104, x, 89));
  const { n, p } = reduce(c, bounded);
  return scale(c, c.f.let(f32x4.add(p, 1)), n);
}

/** e^x - 1, within 2 units of the last place, near 0 too. */
export function expm1(c: MapContext, x: V): V {
  const { f, madd } = c;
  const bounded = f.let(between(-20, x, 89));
  const { n, p } = reduce(c, bounded);
  // Half the scale, so that 2^128 does not overflow before it is multiplied.
  const half = f.let(powerOfTwo(f32x4.sub(n, 1)));
  const result = f.let(f32x4.mul(madd(half, p, f32x4.sub(half, 0.5)), 2));
  // Halving would cut off the last bits of the smallest numbers.
  return f.let(choose(f32x4.lt(f32x4.abs(x), 2 ** -26), x, result));
}

/** `magnitude` (not negative) with the sign of `x`. */
export function withSign(magnitude: V, x: V): V {
  return choose(i32x4.const(-2147483648), x, magnitude);
}
