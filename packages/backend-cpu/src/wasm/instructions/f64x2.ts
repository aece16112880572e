// Two doubles: exact accumulators.
import type { Expr, Operand } from '../expr.ts';
import { extracting, literal, type Of1, type Of2, splatting, type V, vectors } from './vector.ts';

/** A literal; one number fills both lanes. */
function constant(a: number, b: number = a): V {
  return literal(new Float64Array([a, b]).buffer);
}

export { constant as const };

export const eq: Of2 = vectors(0x47);
export const ne: Of2 = vectors(0x48);
export const lt: Of2 = vectors(0x49);
export const gt: Of2 = vectors(0x4a);
export const le: Of2 = vectors(0x4b);
export const ge: Of2 = vectors(0x4c);

export const ceil: Of1 = vectors(0x74);
export const floor: Of1 = vectors(0x75);
export const trunc: Of1 = vectors(0x7a);
export const nearest: Of1 = vectors(0x94);
export const abs: Of1 = vectors(0xec);
export const neg: Of1 = vectors(0xed);
export const sqrt: Of1 = vectors(0xef);
export const add: Of2 = vectors(0xf0);
export const sub: Of2 = vectors(0xf1);
export const mul: Of2 = vectors(0xf2);
export const div: Of2 = vectors(0xf3);
export const min: Of2 = vectors(0xf4);
export const max: Of2 = vectors(0xf5);

/** Lanes 0 and 1 of four floats as doubles. */
export const promoteLow: Of1 = vectors(0x5f);
/** Lanes 0 and 1 of four integers as doubles. */
export const convertLowS: Of1 = vectors(0xfe);

export const splat: (x: Operand<'f64'>) => V = splatting('f64', 0x14);
export const extractLane: (x: V, lane: number) => Expr<'f64'> = extracting('f64', 0x21);
