// Sine and cosine in double precision: x = n pi/2 + r, then a Taylor polynomial in r chosen by n mod 4.
import { f32x4, f64x2, v128 } from '../../wasm/index.ts';
import { inDoubles, type MapContext, polynomial64, type V } from './context.ts';

/** pi/2 in two parts; the first has 33 bits, so that n times it is exact for the n that matter. */
const HALF_PI_HIGH = 1.5707963267341256;
const HALF_PI_LOW = 6.077100506506192e-11;
const SINE = [1, -1 / 6, 1 / 120, -1 / 5040, 1 / 362880];
const COSINE = [1, -1 / 2, 1 / 24, -1 / 720, 1 / 40320, -1 / 3628800];

/** `shift` quarter turns ahead: 0 is the sine, 1 the cosine. */
function turned(c: MapContext, x: V, shift: number): V {
  const { f } = c;
  return inDoubles(c, [x], (t) => {
    const n = f.let(f64x2.nearest(f64x2.mul(t!, f64x2.const(2 / Math.PI))));
    const high = f64x2.sub(t!, f64x2.mul(n, f64x2.const(HALF_PI_HIGH)));
    const r = f.let(f64x2.sub(high, f64x2.mul(n, f64x2.const(HALF_PI_LOW))));
    const square = f.let(f64x2.mul(r, r));
    const sine = f.let(f64x2.mul(r, polynomial64(c, square, SINE)));
    const cosine = polynomial64(c, square, COSINE);
    const turns = f.let(f64x2.add(n, f64x2.const(shift)));
    const odd = f64x2.sub(turns, f64x2.mul(f64x2.floor(f64x2.mul(turns, f64x2.const(0.5))), f64x2.const(2)));
    const value = f.let(v128.bitselect(cosine, sine, f64x2.gt(odd, f64x2.const(0.5))));
    const quarter = f64x2.sub(turns, f64x2.mul(f64x2.floor(f64x2.mul(turns, f64x2.const(0.25))), f64x2.const(4)));
    const signed = v128.bitselect(f64x2.neg(value), value, f64x2.gt(quarter, f64x2.const(1.5)));
    // Arguments too large to reduce must not leave [-1, 1]; NaN passes.
    return f64x2.max(f64x2.min(signed, f64x2.const(1)), f64x2.const(-1));
  });
}

/** Sine, within 0.6 units of the last place up to 1e4; within 1e-6 for arguments up to about 1e9. */
export function sin(c: MapContext, x: V): V {
  return c.f.let(v128.bitselect(x, turned(c, x, 0), f32x4.eq(x, 0)));
}

/** Cosine, within 0.6 units of the last place up to 1e4; within 1e-6 for arguments up to about 1e9. */
export function cos(c: MapContext, x: V): V {
  return turned(c, x, 1);
}
