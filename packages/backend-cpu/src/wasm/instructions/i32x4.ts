// Four 32-bit integers. There is no vector division. Shifts take one scalar count for all lanes.
import type { Expr, Operand } from '../expr.ts';
import {
  extracting,
  type Lanes,
  lanes,
  literal,
  type Of1,
  type Of2,
  replacing,
  shifting,
  splatting,
  tell,
  type V,
  vectors,
} from './vector.ts';

/** A literal; one number fills all lanes. */
function constant(a: number, b: number = a, c: number = a, d: number = a): V {
  return literal(new Int32Array([a, b, c, d]).buffer);
}

export { constant as const };

function integers(value: Lanes): V {
  return typeof value === 'number' ? constant(value) : value;
}

export const eq: Of2<Lanes> = lanes(integers, 0x37);
export const ne: Of2<Lanes> = lanes(integers, 0x38);
export const ltS: Of2<Lanes> = lanes(integers, 0x39);
export const ltU: Of2<Lanes> = lanes(integers, 0x3a);
export const gtS: Of2<Lanes> = lanes(integers, 0x3b);
export const gtU: Of2<Lanes> = lanes(integers, 0x3c);
export const leS: Of2<Lanes> = lanes(integers, 0x3d);
export const leU: Of2<Lanes> = lanes(integers, 0x3e);
export const geS: Of2<Lanes> = lanes(integers, 0x3f);
export const geU: Of2<Lanes> = lanes(integers, 0x40);

export const abs: Of1<Lanes> = lanes(integers, 0xa0);
export const neg: Of1<Lanes> = lanes(integers, 0xa1);
export const add: Of2<Lanes> = lanes(integers, 0xae);
export const sub: Of2<Lanes> = lanes(integers, 0xb1);
export const mul: Of2<Lanes> = lanes(integers, 0xb5);
export const minS: Of2<Lanes> = lanes(integers, 0xb6);
export const minU: Of2<Lanes> = lanes(integers, 0xb7);
export const maxS: Of2<Lanes> = lanes(integers, 0xb8);
export const maxU: Of2<Lanes> = lanes(integers, 0xb9);
export const shl: (x: V, count: Operand<'i32'>) => V = shifting(0xab);
export const shrS: (x: V, count: Operand<'i32'>) => V = shifting(0xac);
export const shrU: (x: V, count: Operand<'i32'>) => V = shifting(0xad);

/** Toward zero, NaN to 0, out of range to the nearest integer. */
export const truncSatS: Of1 = vectors(0xf8);
export const truncSatU: Of1 = vectors(0xf9);
/** Widens the low four 16-bit lanes, zero-extended. */
export const extendLowU: Of1 = vectors(0xa9);
/** Full 64-bit unsigned products of the low (high) two lanes. */
export const extmulLowU: Of2 = vectors(0xde);
export const extmulHighU: Of2 = vectors(0xdf);

export const allTrue: (x: V) => Expr<'i32'> = tell(0xa3);
export const bitmask: (x: V) => Expr<'i32'> = tell(0xa4);
export const splat: (x: Operand<'i32'>) => V = splatting('i32', 0x11);
export const extractLane: (x: V, lane: number) => Expr<'i32'> = extracting('i32', 0x1b);
export const replaceLane: (x: V, lane: number, value: Operand<'i32'>) => V = replacing('i32', 0x1c);
