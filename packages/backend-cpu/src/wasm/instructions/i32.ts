// 32-bit integers, and addresses; `S` and `U` mean signed and unsigned. Comparisons give 0 or 1. Division by zero traps.
import type { Expr } from '../expr.ts';
import { type Binary, binary, type Load, literal, loading, type Store, storing, type Unary, unary } from './scalar.ts';

/** A literal. */
function constant(value: number): Expr<'i32'> {
  return literal('i32', value);
}

export { constant as const };
export const eqz: Unary<'i32'> = unary('i32', 'i32', 0x45);
export const eq: Binary<'i32'> = binary('i32', 'i32', 0x46);
export const ne: Binary<'i32'> = binary('i32', 'i32', 0x47);
export const ltS: Binary<'i32'> = binary('i32', 'i32', 0x48);
export const ltU: Binary<'i32'> = binary('i32', 'i32', 0x49);
export const gtS: Binary<'i32'> = binary('i32', 'i32', 0x4a);
export const gtU: Binary<'i32'> = binary('i32', 'i32', 0x4b);
export const leS: Binary<'i32'> = binary('i32', 'i32', 0x4c);
export const leU: Binary<'i32'> = binary('i32', 'i32', 0x4d);
export const geS: Binary<'i32'> = binary('i32', 'i32', 0x4e);
export const geU: Binary<'i32'> = binary('i32', 'i32', 0x4f);

export const clz: Unary<'i32'> = unary('i32', 'i32', 0x67);
export const ctz: Unary<'i32'> = unary('i32', 'i32', 0x68);
export const popcnt: Unary<'i32'> = unary('i32', 'i32', 0x69);
export const add: Binary<'i32'> = binary('i32', 'i32', 0x6a);
export const sub: Binary<'i32'> = binary('i32', 'i32', 0x6b);
export const mul: Binary<'i32'> = binary('i32', 'i32', 0x6c);
export const divS: Binary<'i32'> = binary('i32', 'i32', 0x6d);
export const divU: Binary<'i32'> = binary('i32', 'i32', 0x6e);
export const remS: Binary<'i32'> = binary('i32', 'i32', 0x6f);
export const remU: Binary<'i32'> = binary('i32', 'i32', 0x70);
export const and: Binary<'i32'> = binary('i32', 'i32', 0x71);
export const or: Binary<'i32'> = binary('i32', 'i32', 0x72);
export const xor: Binary<'i32'> = binary('i32', 'i32', 0x73);
export const shl: Binary<'i32'> = binary('i32', 'i32', 0x74);
export const shrS: Binary<'i32'> = binary('i32', 'i32', 0x75);
export const shrU: Binary<'i32'> = binary('i32', 'i32', 0x76);
export const rotl: Binary<'i32'> = binary('i32', 'i32', 0x77);
export const rotr: Binary<'i32'> = binary('i32', 'i32', 0x78);

export const load: Load<'i32'> = loading('i32', 0x28);
export const store: Store<'i32'> = storing('i32', 0x36);
export const load8S: Load<'i32'> = loading('i32', 0x2c);
export const load8U: Load<'i32'> = loading('i32', 0x2d);
export const load16U: Load<'i32'> = loading('i32', 0x2f);
export const store8: Store<'i32'> = storing('i32', 0x3a);
export const store16: Store<'i32'> = storing('i32', 0x3b);

export const wrap: Unary<'i64', 'i32'> = unary('i64', 'i32', 0xa7);
export const truncSatF32: Unary<'f32', 'i32'> = unary('f32', 'i32', 0xfc, 0);
export const truncSatF32U: Unary<'f32', 'i32'> = unary('f32', 'i32', 0xfc, 1);
export const truncSatF64: Unary<'f64', 'i32'> = unary('f64', 'i32', 0xfc, 2);
export const reinterpret: Unary<'f32', 'i32'> = unary('f32', 'i32', 0xbc);
