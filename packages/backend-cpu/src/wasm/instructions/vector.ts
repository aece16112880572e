// What vector instructions are made from; see scalar.ts.
import { unsigned } from '../encode.ts';
import { type Code, type Expr, expr, type Operand, type Statement, type ValueType } from '../expr.ts';
import { at, type Load, operand } from './scalar.ts';

/** A vector: four floats or integers, or two doubles. */
export type V = Expr<'v128'>;
/** A vector, or a number that fills all lanes. */
export type Lanes = V | number;
/** Instructions of one, two or three vectors, and those that take numbers, too. */
export type Of1<T = V> = (x: T) => V;
export type Of2<T = V> = (a: T, b: T) => V;
export type Of3 = (a: V, b: V, c: V) => V;
/** Reads into one lane of `x`. */
export type LoadLane = (address: Operand<'i32'>, x: V, lane: number, offset?: number) => V;
/** Writes one lane of `x`. */
export type StoreLane = (address: Operand<'i32'>, x: V, lane: number, offset?: number) => Statement;

/** The bytes of an opcode. */
export function simd(opcode: number): Code {
  return [0xfd, unsigned(opcode)];
}

/** A vector known now. */
export function literal(bytes: ArrayBuffer): V {
  return expr('v128', { bytes: new Uint8Array(bytes) });
}

/** An instruction on vectors. */
/* @__NO_SIDE_EFFECTS__ */
export function vectors(opcode: number): (...operands: readonly V[]) => V {
  return (...operands) => expr('v128', [operands.map((x) => x.code), simd(opcode)]);
}

/** An instruction on vectors, in whose place numbers may stand. */
/* @__NO_SIDE_EFFECTS__ */
export function lanes(fill: (x: Lanes) => V, opcode: number): (...operands: readonly Lanes[]) => V {
  return (...operands) => expr('v128', [operands.map((x) => fill(x).code), simd(opcode)]);
}

/** An instruction that tells something about a vector. */
/* @__NO_SIDE_EFFECTS__ */
export function tell(opcode: number): (x: V) => Expr<'i32'> {
  return (x) => expr('i32', [x.code, simd(opcode)]);
}

/** An instruction that reads memory. */
/* @__NO_SIDE_EFFECTS__ */
export function loading(opcode: number): Load<'v128'> {
  return (address, offset = 0) => expr('v128', [operand('i32', address).code, simd(opcode), at(offset)]);
}

/** An instruction that puts a scalar into all lanes. */
/* @__NO_SIDE_EFFECTS__ */
export function splatting<T extends ValueType>(type: T, opcode: number): (x: Operand<T>) => V {
  return (x) => expr('v128', [operand(type, x).code, simd(opcode)]);
}

/** An instruction that takes a lane out. */
/* @__NO_SIDE_EFFECTS__ */
export function extracting<T extends ValueType>(type: T, opcode: number): (x: V, lane: number) => Expr<T> {
  return (x, lane) => expr(type, [x.code, simd(opcode), lane]);
}

/** An instruction that puts a scalar into a lane. */
/* @__NO_SIDE_EFFECTS__ */
export function replacing<T extends ValueType>(type: T, opcode: number): (x: V, lane: number, value: Operand<T>) => V {
  return (x, lane, value) => expr('v128', [x.code, operand(type, value).code, simd(opcode), lane]);
}

/** An instruction that reads memory into a lane. */
/* @__NO_SIDE_EFFECTS__ */
export function loadingLane(opcode: number): LoadLane {
  return (address, x, lane, offset = 0) =>
    expr('v128', [operand('i32', address).code, x.code, simd(opcode), at(offset), lane]);
}

/** An instruction that writes a lane to memory. */
/* @__NO_SIDE_EFFECTS__ */
export function storingLane(opcode: number): StoreLane {
  return (address, x, lane, offset = 0) =>
    expr('void', [operand('i32', address).code, x.code, simd(opcode), at(offset), lane]);
}

/** An instruction that shifts all lanes by one count. */
/* @__NO_SIDE_EFFECTS__ */
export function shifting(opcode: number): (x: V, count: Operand<'i32'>) => V {
  return (x, count) => expr('v128', [x.code, operand('i32', count).code, simd(opcode)]);
}
