// Double precision, as IEEE 754 has it. `min` and `max` propagate NaN; `nearest` rounds half to even.
import type { Expr } from '../expr.ts';
import { type Binary, binary, type Load, literal, loading, type Store, storing, type Unary, unary } from './scalar.ts';

/** A literal. */
function constant(value: number): Expr<'f64'> {
  return literal('f64', value);
}

export { constant as const };
export const eq: Binary<'f64', 'i32'> = binary('f64', 'i32', 0x61);
export const ne: Binary<'f64', 'i32'> = binary('f64', 'i32', 0x62);
export const lt: Binary<'f64', 'i32'> = binary('f64', 'i32', 0x63);
export const gt: Binary<'f64', 'i32'> = binary('f64', 'i32', 0x64);
export const le: Binary<'f64', 'i32'> = binary('f64', 'i32', 0x65);
export const ge: Binary<'f64', 'i32'> = binary('f64', 'i32', 0x66);

export const abs: Unary<'f64'> = unary('f64', 'f64', 0x99);
export const neg: Unary<'f64'> = unary('f64', 'f64', 0x9a);
export const ceil: Unary<'f64'> = unary('f64', 'f64', 0x9b);
export const floor: Unary<'f64'> = unary('f64', 'f64', 0x9c);
export const trunc: Unary<'f64'> = unary('f64', 'f64', 0x9d);
export const nearest: Unary<'f64'> = unary('f64', 'f64', 0x9e);
export const sqrt: Unary<'f64'> = unary('f64', 'f64', 0x9f);
export const add: Binary<'f64'> = binary('f64', 'f64', 0xa0);
export const sub: Binary<'f64'> = binary('f64', 'f64', 0xa1);
export const mul: Binary<'f64'> = binary('f64', 'f64', 0xa2);
export const div: Binary<'f64'> = binary('f64', 'f64', 0xa3);
export const min: Binary<'f64'> = binary('f64', 'f64', 0xa4);
export const max: Binary<'f64'> = binary('f64', 'f64', 0xa5);
export const copysign: Binary<'f64'> = binary('f64', 'f64', 0xa6);

export const load: Load<'f64'> = loading('f64', 0x2b);
export const store: Store<'f64'> = storing('f64', 0x39);

export const convertS: Unary<'i32', 'f64'> = unary('i32', 'f64', 0xb7);
export const convertU: Unary<'i32', 'f64'> = unary('i32', 'f64', 0xb8);
export const promote: Unary<'f32', 'f64'> = unary('f32', 'f64', 0xbb);
export const reinterpret: Unary<'i64', 'f64'> = unary('i64', 'f64', 0xbf);
