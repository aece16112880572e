import { type Expr, type FunctionBuilder, f32x4, i32, type Operand, select } from '../wasm/index.ts';

type I32 = Expr<'i32'>;
type Lanes4 = readonly [number, number, number, number];

/** The smaller of two signed numbers. Pass locals or literals: each appears twice. */
export function min(a: Operand<'i32'>, b: Operand<'i32'>): I32 {
  return select(i32.ltS(a, b), literal(a), literal(b));
}

/** The larger of two signed numbers. Pass locals or literals: each appears twice. */
export function max(a: Operand<'i32'>, b: Operand<'i32'>): I32 {
  return select(i32.gtS(a, b), literal(a), literal(b));
}

/** Of numbers that are known now. */
export function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** `base + index * scale`, the address of an element or row. */
export function offset(base: Operand<'i32'>, index: Operand<'i32'>, scale: Operand<'i32'>): I32 {
  return i32.add(base, i32.mul(index, scale));
}

/** The address of float or integer number `index`. */
export function element(base: Operand<'i32'>, index: Operand<'i32'>): I32 {
  return i32.add(base, i32.shl(index, 2));
}

function literal(value: Operand<'i32'>): I32 {
  return typeof value === 'number' ? i32.const(value) : value;
}

/** The columns of the 4 x 4 matrix with the given rows. */
export function transpose4(f: FunctionBuilder, rows: readonly Expr<'v128'>[]): Expr<'v128'>[] {
  const lanes = rows.map((row) => f.let(row));
  const zip = (i: number, order: Lanes4): Expr<'v128'> => f.let(f32x4.shuffle(lanes[i]!, lanes[i + 1]!, order));
  const halves = (
    [
      [0, 4, 1, 5],
      [2, 6, 3, 7],
    ] as const
  ).map((order) => [zip(0, order), zip(2, order)] as const);
  return halves.flatMap(([ab, cd]) => [f32x4.shuffle(ab, cd, [0, 1, 4, 5]), f32x4.shuffle(ab, cd, [2, 3, 6, 7])]);
}

/** The next multiple of 64 bytes: a cache line. */
export function alignUp(address: Expr<'i32'>): I32 {
  return i32.and(i32.add(address, 63), -64);
}
