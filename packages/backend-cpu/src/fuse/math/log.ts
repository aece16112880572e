// ln x = e ln 2 + ln m with m in [sqrt(1/2), sqrt(2)); ln m = 2 artanh((m - 1) / (m + 1)) by its series.
import { f32x4, i32x4, v128 } from '../../wasm/index.ts';
import { choose, type MapContext, polynomial, type V } from './context.ts';

const ARTANH = [1, 1 / 3, 1 / 5, 1 / 7, 1 / 9];
const LN2_HIGH = 0.693359375;
const LN2_LOW = -2.1219444005469057e-4;
const SQRT_HALF_BITS = 0x3f3504f3;

/** Positive `x` as `m * 2^e`, m in [sqrt(1/2), sqrt(2)); denormals included. */
export function split({ f }: MapContext, x: V): { readonly m: V; readonly e: V } {
  const tiny = f.let(f32x4.lt(x, 2 ** -126));
  const normal = f.let(choose(tiny, f32x4.mul(x, 2 ** 23), x));
  const lifted = f.let(i32x4.sub(normal, SQRT_HALF_BITS));
  const exponent = i32x4.sub(i32x4.shrS(lifted, 23), v128.and(tiny, i32x4.const(23)));
  const mantissa = i32x4.add(v128.and(lifted, i32x4.const(0x007fffff)), SQRT_HALF_BITS);
  return { m: f.let(mantissa), e: f.let(f32x4.convertS(exponent)) };
}

/** Natural logarithm, within 3 units of the last place. */
export function log(c: MapContext, x: V): V {
  const { f, madd } = c;
  const { m, e } = split(c, x);
  const s = f.let(f32x4.div(f32x4.sub(m, 1), f32x4.add(m, 1)));
  const series = polynomial(c, f.let(f32x4.mul(s, s)), ARTANH);
  const low = madd(e, f32x4.const(LN2_LOW), f32x4.mul(f32x4.add(s, s), series));
  const value = f.let(madd(e, f32x4.const(LN2_HIGH), low));
  // Infinity and NaN stay what they are; 0 gives -Infinity, negative numbers NaN.
  const finite = f.let(choose(f32x4.lt(x, Number.POSITIVE_INFINITY), value, x));
  const zero = f.let(choose(f32x4.eq(x, 0), f32x4.const(Number.NEGATIVE_INFINITY), finite));
  return f.let(choose(f32x4.lt(x, 0), f32x4.const(Number.NaN), zero));
}

/** ln(1 + x), within 5 units of the last place: `ln u * x / (u - 1)` with u = 1 + x corrects what the addition lost (W. Kahan). */
export function log1p(c: MapContext, x: V): V {
  const { f } = c;
  const u = f.let(f32x4.add(x, 1));
  const corrected = f.let(f32x4.mul(log(c, u), f32x4.div(x, f32x4.sub(u, 1))));
  const small = f.let(choose(f32x4.eq(u, 1), x, corrected));
  const zero = f.let(choose(f32x4.eq(u, 0), f32x4.const(Number.NEGATIVE_INFINITY), small));
  return f.let(choose(f32x4.eq(u, Number.POSITIVE_INFINITY), u, zero));
}
