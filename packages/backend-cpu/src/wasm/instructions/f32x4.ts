// Four floats. Comparisons give lanes of all ones or all zeros. `min`, `max` propagate NaN;
// `pmin(a, b)` is `b < a ? b : a` and `pmax(a, b)` is `a < b ? b : a`, one instruction each.
import { type Expr, expr, type Operand } from '../expr.ts';
import {
  extracting,
  type Lanes,
  lanes,
  literal,
  type Of1,
  type Of2,
  type Of3,
  replacing,
  simd,
  splatting,
  type V,
  vectors,
} from './vector.ts';

/** A literal; one number fills all lanes. */
function constant(a: number, b: number = a, c: number = a, d: number = a): V {
  return literal(new Float32Array([a, b, c, d]).buffer);
}

export { constant as const };

function floats(value: Lanes): V {
  return typeof value === 'number' ? constant(value) : value;
}

export const eq: Of2<Lanes> = lanes(floats, 0x41);
export const ne: Of2<Lanes> = lanes(floats, 0x42);
export const lt: Of2<Lanes> = lanes(floats, 0x43);
export const gt: Of2<Lanes> = lanes(floats, 0x44);
export const le: Of2<Lanes> = lanes(floats, 0x45);
export const ge: Of2<Lanes> = lanes(floats, 0x46);

export const ceil: Of1<Lanes> = lanes(floats, 0x67);
export const floor: Of1<Lanes> = lanes(floats, 0x68);
export const trunc: Of1<Lanes> = lanes(floats, 0x69);
export const nearest: Of1<Lanes> = lanes(floats, 0x6a);
export const abs: Of1<Lanes> = lanes(floats, 0xe0);
export const neg: Of1<Lanes> = lanes(floats, 0xe1);
export const sqrt: Of1<Lanes> = lanes(floats, 0xe3);
export const add: Of2<Lanes> = lanes(floats, 0xe4);
export const sub: Of2<Lanes> = lanes(floats, 0xe5);
export const mul: Of2<Lanes> = lanes(floats, 0xe6);
export const div: Of2<Lanes> = lanes(floats, 0xe7);
export const min: Of2<Lanes> = lanes(floats, 0xe8);
export const max: Of2<Lanes> = lanes(floats, 0xe9);
export const pmin: Of2<Lanes> = lanes(floats, 0xea);
export const pmax: Of2<Lanes> = lanes(floats, 0xeb);
/** `a * b + c`, rounded once or twice depending on the machine. Only where the features say so. */
export const relaxedMadd: Of3 = vectors(0x105);
/** `c - a * b`. */
export const relaxedNmadd: Of3 = vectors(0x106);

export const convertS: Of1 = vectors(0xfa);
export const convertU: Of1 = vectors(0xfb);
/** The two doubles of `x` as floats in lanes 0 and 1, zeros above. */
export const demoteZero: Of1 = vectors(0x5e);

export const splat: (x: Operand<'f32'>) => V = splatting('f32', 0x13);
export const extractLane: (x: V, lane: number) => Expr<'f32'> = extracting('f32', 0x1f);
export const replaceLane: (x: V, lane: number, value: Operand<'f32'>) => V = replacing('f32', 0x20);

/** Picks four lanes out of the eight of `a` (0-3) and `b` (4-7). */
export function shuffle(a: V, b: V, lanes: readonly [number, number, number, number]): V {
  const bytes = lanes.flatMap((lane) => [4 * lane, 4 * lane + 1, 4 * lane + 2, 4 * lane + 3]);
  return expr('v128', [a.code, b.code, simd(0x0d), bytes]);
}
