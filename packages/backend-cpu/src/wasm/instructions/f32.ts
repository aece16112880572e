// Single precision, as IEEE 754 has it. `min` and `max` propagate NaN; `nearest` rounds half to even.
import type { Expr } from '../expr.ts';
import { type Binary, binary, type Load, literal, loading, type Store, storing, type Unary, unary } from './scalar.ts';

/** A literal. */
function constant(value: number): Expr<'f32'> {
  return literal('f32', value);
}

export { constant as const };
export const eq: Binary<'f32', 'i32'> = binary('f32', 'i32', 0x5b);
export const ne: Binary<'f32', 'i32'> = binary('f32', 'i32', 0x5c);
export const lt: Binary<'f32', 'i32'> = binary('f32', 'i32', 0x5d);
export const gt: Binary<'f32', 'i32'> = binary('f32', 'i32', 0x5e);
export const le: Binary<'f32', 'i32'> = binary('f32', 'i32', 0x5f);
export const ge: Binary<'f32', 'i32'> = binary('f32', 'i32', 0x60);

export const abs: Unary<'f32'> = unary('f32', 'f32', 0x8b);
export const neg: Unary<'f32'> = unary('f32', 'f32', 0x8c);
export const ceil: Unary<'f32'> = unary('f32', 'f32', 0x8d);
export const floor: Unary<'f32'> = unary('f32', 'f32', 0x8e);
export const trunc: Unary<'f32'> = unary('f32', 'f32', 0x8f);
export const nearest: Unary<'f32'> = unary('f32', 'f32', 0x90);
export const sqrt: Unary<'f32'> = unary('f32', 'f32', 0x91);
export const add: Binary<'f32'> = binary('f32', 'f32', 0x92);
export const sub: Binary<'f32'> = binary('f32', 'f32', 0x93);
export const mul: Binary<'f32'> = binary('f32', 'f32', 0x94);
export const div: Binary<'f32'> = binary('f32', 'f32', 0x95);
export const min: Binary<'f32'> = binary('f32', 'f32', 0x96);
export const max: Binary<'f32'> = binary('f32', 'f32', 0x97);
export const copysign: Binary<'f32'> = binary('f32', 'f32', 0x98);

export const load: Load<'f32'> = loading('f32', 0x2a);
export const store: Store<'f32'> = storing('f32', 0x38);

export const convertS: Unary<'i32', 'f32'> = unary('i32', 'f32', 0xb2);
export const convertU: Unary<'i32', 'f32'> = unary('i32', 'f32', 0xb3);
export const demote: Unary<'f64', 'f32'> = unary('f64', 'f32', 0xb6);
export const reinterpret: Unary<'i32', 'f32'> = unary('i32', 'f32', 0xbe);
