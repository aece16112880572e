// a^b = 2^(b log2 a) with the exponent in double precision: in single precision its error would be multiplied by b ln a.
import { f32x4, f64x2, v128 } from '../../wasm/index.ts';
import { choose, inDoubles, type MapContext, polynomial64, type V } from './context.ts';
import { scale } from './exp.ts';
import { split } from './log.ts';

const ARTANH = [1, 1 / 3, 1 / 5, 1 / 7, 1 / 9, 1 / 11].map((c) => (2 * c) / Math.LN2);
const EXP2 = Array.from({ length: 8 }, (_, k) => Math.LN2 ** k / factorial(k));

function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}

/** a^b as IEEE 754-2008 defines it: anything to the 0 is 1, 1 to anything is 1. Within 1 unit of the last place. */
export function pow(c: MapContext, a: V, b: V): V {
  const { f } = c;
  const size = f.let(f32x4.abs(a));
  const { m, e } = split(c, size);
  const infinite = f.let(f32x4.eq(size, Number.POSITIVE_INFINITY));
  const zero = f.let(f32x4.eq(size, 0));
  // The exponent stands in for the whole logarithm where that is infinite.
  const exponent = f.let(
    choose(infinite, size, choose(zero, f32x4.const(Number.NEGATIVE_INFINITY), choose(f32x4.eq(a, a), e, a))),
  );
  const power = inDoubles(c, [m, exponent, b], (m, e, b) => bounded(c, logTimes(c, m!, e!, b!)));
  const n = f.let(f32x4.nearest(power));
  const fraction = inDoubles(c, [m, exponent, b, n], (m, e, b, n) => {
    const r = f64x2.sub(bounded(c, logTimes(c, m!, e!, b!)), n!);
    return polynomial64(c, f.let(r), EXP2);
  });
  const magnitude = scale(c, fraction, n);
  const whole = f.let(f32x4.eq(f32x4.trunc(b), b));
  const half = f.let(f32x4.mul(b, 0.5));
  const odd = f.let(v128.and(whole, f32x4.ne(f32x4.trunc(half), half)));
  const signed = f.let(v128.xor(magnitude, v128.and(v128.and(odd, a), f32x4.const(-0))));
  const complex = v128.andNot(v128.andNot(f32x4.lt(a, 0), whole), infinite);
  const real = f.let(choose(complex, f32x4.const(Number.NaN), signed));
  // -1 to an infinite power would be 0 * Infinity.
  const unit = v128.and(f32x4.eq(a, -1), f32x4.eq(f32x4.abs(b), Number.POSITIVE_INFINITY));
  const one = f.let(v128.or(v128.or(f32x4.eq(a, 1), f32x4.eq(b, 0)), unit));
  return f.let(choose(one, f32x4.const(1), real));
}

/** `b log2(m 2^e)`. */
function logTimes(c: MapContext, m: V, e: V, b: V): V {
  const { f } = c;
  const one = f64x2.const(1);
  const s = f.let(f64x2.div(f64x2.sub(m, one), f64x2.add(m, one)));
  const log = f64x2.mul(s, polynomial64(c, f.let(f64x2.mul(s, s)), ARTANH));
  return f.let(f64x2.mul(b, f64x2.add(e, log)));
}

/** Beyond 2^200 everything is 0 or infinity. */
function bounded({ f }: MapContext, power: V): V {
  return f.let(f64x2.max(f64x2.min(power, f64x2.const(200)), f64x2.const(-200)));
}
