// 64-bit integers: products of 32-bit words, sizes beyond 2^31.
import type { Expr } from '../expr.ts';
import { type Binary, binary, type Load, literal, loading, type Store, storing, type Unary, unary } from './scalar.ts';

/** A literal. */
function constant(value: number | bigint): Expr<'i64'> {
  return literal('i64', value);
}

export { constant as const };
export const eqz: Unary<'i64', 'i32'> = unary('i64', 'i32', 0x50);
export const eq: Binary<'i64', 'i32'> = binary('i64', 'i32', 0x51);
export const ne: Binary<'i64', 'i32'> = binary('i64', 'i32', 0x52);
export const ltS: Binary<'i64', 'i32'> = binary('i64', 'i32', 0x53);
export const ltU: Binary<'i64', 'i32'> = binary('i64', 'i32', 0x54);
export const gtS: Binary<'i64', 'i32'> = binary('i64', 'i32', 0x55);
export const gtU: Binary<'i64', 'i32'> = binary('i64', 'i32', 0x56);
export const leS: Binary<'i64', 'i32'> = binary('i64', 'i32', 0x57);
export const leU: Binary<'i64', 'i32'> = binary('i64', 'i32', 0x58);
export const geS: Binary<'i64', 'i32'> = binary('i64', 'i32', 0x59);
export const geU: Binary<'i64', 'i32'> = binary('i64', 'i32', 0x5a);

export const clz: Unary<'i64'> = unary('i64', 'i64', 0x79);
export const ctz: Unary<'i64'> = unary('i64', 'i64', 0x7a);
export const popcnt: Unary<'i64'> = unary('i64', 'i64', 0x7b);
export const add: Binary<'i64'> = binary('i64', 'i64', 0x7c);
export const sub: Binary<'i64'> = binary('i64', 'i64', 0x7d);
export const mul: Binary<'i64'> = binary('i64', 'i64', 0x7e);
export const divS: Binary<'i64'> = binary('i64', 'i64', 0x7f);
export const divU: Binary<'i64'> = binary('i64', 'i64', 0x80);
export const remS: Binary<'i64'> = binary('i64', 'i64', 0x81);
export const remU: Binary<'i64'> = binary('i64', 'i64', 0x82);
export const and: Binary<'i64'> = binary('i64', 'i64', 0x83);
export const or: Binary<'i64'> = binary('i64', 'i64', 0x84);
export const xor: Binary<'i64'> = binary('i64', 'i64', 0x85);
export const shl: Binary<'i64'> = binary('i64', 'i64', 0x86);
export const shrS: Binary<'i64'> = binary('i64', 'i64', 0x87);
export const shrU: Binary<'i64'> = binary('i64', 'i64', 0x88);
export const rotl: Binary<'i64'> = binary('i64', 'i64', 0x89);
export const rotr: Binary<'i64'> = binary('i64', 'i64', 0x8a);

export const load: Load<'i64'> = loading('i64', 0x29);
export const store: Store<'i64'> = storing('i64', 0x37);

export const extendS: Unary<'i32', 'i64'> = unary('i32', 'i64', 0xac);
export const extendU: Unary<'i32', 'i64'> = unary('i32', 'i64', 0xad);
