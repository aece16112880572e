// Instructions that do not look inside the lanes.
import { type Expr, expr } from '../expr.ts';
import { at, type Load, operand, type Store } from './scalar.ts';
import {
  type LoadLane,
  loading,
  loadingLane,
  type Of1,
  type Of2,
  type StoreLane,
  simd,
  storingLane,
  tell,
  type V,
  vectors,
} from './vector.ts';

export const load: Load<'v128'> = loading(0x00);
export const store: Store<'v128'> = (address, value, offset = 0) =>
  expr('void', [operand('i32', address).code, value.code, simd(0x0b), at(offset)]);

/** One float or integer from memory into all four lanes. */
export const load32Splat: Load<'v128'> = loading(0x09);
/** Four (eight) bytes from memory, the other lanes zero. */
export const load32Zero: Load<'v128'> = loading(0x5c);
export const load64Zero: Load<'v128'> = loading(0x5d);
export const load32Lane: LoadLane = loadingLane(0x56);
export const load64Lane: LoadLane = loadingLane(0x57);
export const store32Lane: StoreLane = storingLane(0x5a);
export const store64Lane: StoreLane = storingLane(0x5b);

export const not: Of1 = vectors(0x4d);
export const and: Of2 = vectors(0x4e);
export const andNot: Of2 = vectors(0x4f);
export const or: Of2 = vectors(0x50);
export const xor: Of2 = vectors(0x51);
/** Bits of `a` where the mask has ones, of `b` elsewhere. */
export const bitselect: (a: V, b: V, mask: V) => V = vectors(0x52);
export const anyTrue: (x: V) => Expr<'i32'> = tell(0x53);
