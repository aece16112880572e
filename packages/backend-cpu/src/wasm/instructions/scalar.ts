// What scalar instructions are made from: each is a function of its own, so that pages load those that kernels use.
import { signed, unsigned } from '../encode.ts';
import { type Code, type Expr, expr, type Operand, type ResultType, type Statement, type ValueType } from '../expr.ts';

/** The types that have literals. */
export type Scalar = 'i32' | 'i64' | 'f32' | 'f64';
/** One operand of type `T`, a result of type `R`. */
export type Unary<T extends ValueType, R extends ResultType = T> = (x: Operand<T>) => Expr<R>;
/** Two operands of type `T`, a result of type `R`. */
export type Binary<T extends ValueType, R extends ResultType = T> = (a: Operand<T>, b: Operand<T>) => Expr<R>;
/** Reads from `address + offset`; the offset is a literal and costs nothing. */
export type Load<T extends ValueType> = (address: Operand<'i32'>, offset?: number) => Expr<T>;
/** Writes to `address + offset`. */
export type Store<T extends ValueType> = (address: Operand<'i32'>, value: Operand<T>, offset?: number) => Statement;

/** Turns literals into constants of the wanted type. */
export function operand<T extends ValueType>(type: T, value: Operand<T>): Expr<T> {
  if (typeof value === 'object') return value as Expr<T>;
  return literal(type as Scalar, value as number) as Expr<ValueType> as Expr<T>;
}

/** A literal of a type. */
export function literal<T extends Scalar>(type: T, value: number | bigint): Expr<T> {
  return expr(type, CONSTANTS[type](value));
}

const CONSTANTS: Readonly<Record<Scalar, (value: number | bigint) => Code>> = {
  i32: (value) => [0x41, signed(Number(value) | 0)],
  i64: (value) => [0x42, signed(BigInt.asIntN(64, BigInt(value)))],
  f32: (value) => [0x43, [...new Uint8Array(new Float32Array([Number(value)]).buffer)]],
  f64: (value) => [0x44, [...new Uint8Array(new Float64Array([Number(value)]).buffer)]],
};

/** The alignment hint and offset after a memory opcode. No promise is made beyond single bytes. */
export function at(offset: number): Code {
  return [0, unsigned(offset)];
}

/** An instruction of one operand. */
/* @__NO_SIDE_EFFECTS__ */
export function unary<T extends Scalar, R extends ValueType>(type: T, result: R, ...opcode: number[]): Unary<T, R> {
  return (x) => expr(result, [operand(type, x).code, opcode]);
}

/** An instruction of two operands. */
/* @__NO_SIDE_EFFECTS__ */
export function binary<T extends Scalar, R extends ValueType>(type: T, result: R, opcode: number): Binary<T, R> {
  return (a, b) => expr(result, [operand(type, a).code, operand(type, b).code, opcode]);
}

/** An instruction that reads memory. */
/* @__NO_SIDE_EFFECTS__ */
export function loading<T extends Scalar>(type: T, opcode: number): Load<T> {
  return (address, offset = 0) => expr(type, [operand('i32', address).code, opcode, at(offset)]);
}

/** An instruction that writes memory. */
/* @__NO_SIDE_EFFECTS__ */
export function storing<T extends Scalar>(type: T, opcode: number): Store<T> {
  return (address, value, offset = 0) =>
    expr('void', [operand('i32', address).code, operand(type, value).code, opcode, at(offset)]);
}

/** `whenTrue` if the condition is not 0, else `whenFalse`. Both are computed; there is no branch. */
export function select<T extends ValueType>(condition: Operand<'i32'>, whenTrue: Expr<T>, whenFalse: Expr<T>): Expr<T> {
  return expr(whenTrue.type, [whenTrue.code, whenFalse.code, operand('i32', condition).code, 0x1b]);
}
