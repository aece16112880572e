import { signed, unsigned } from './encode.ts';
import { type Code, type Expr, expr, type Operand, type ResultType, type Statement, type ValueType } from './expr.ts';

type Scalar = 'i32' | 'i64' | 'f32' | 'f64';
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
  return expr(type, CONSTANTS[type as Scalar](value as number));
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

function unary<T extends Scalar, R extends ValueType>(type: T, result: R, ...opcode: number[]): Unary<T, R> {
  return (x) => expr(result, [operand(type, x).code, opcode]);
}

function binary<T extends Scalar, R extends ValueType>(type: T, result: R, opcode: number): Binary<T, R> {
  return (a, b) => expr(result, [operand(type, a).code, operand(type, b).code, opcode]);
}

/** One function per name, opcodes counting up from `first`. */
function row<N extends string, F>(names: readonly N[], first: number, make: (opcode: number) => F): Record<N, F> {
  return Object.fromEntries(names.map((name, i) => [name, make(first + i)])) as Record<N, F>;
}

function load<T extends Scalar>(type: T, opcode: number): Load<T> {
  return (address, offset = 0) => expr(type, [operand('i32', address).code, opcode, at(offset)]);
}

function store<T extends Scalar>(type: T, opcode: number): Store<T> {
  return (address, value, offset = 0) =>
    expr('void', [operand('i32', address).code, operand(type, value).code, opcode, at(offset)]);
}

const INT_COMPARE = ['eq', 'ne', 'ltS', 'ltU', 'gtS', 'gtU', 'leS', 'leU', 'geS', 'geU'] as const;
const INT_UNARY = ['clz', 'ctz', 'popcnt'] as const;
// biome-ignore format: one row per opcode range
const INT_BINARY = ['add', 'sub', 'mul', 'divS', 'divU', 'remS', 'remU', 'and', 'or', 'xor', 'shl', 'shrS', 'shrU', 'rotl', 'rotr'] as const;
const FLOAT_COMPARE = ['eq', 'ne', 'lt', 'gt', 'le', 'ge'] as const;
const FLOAT_UNARY = ['abs', 'neg', 'ceil', 'floor', 'trunc', 'nearest', 'sqrt'] as const;
const FLOAT_BINARY = ['add', 'sub', 'mul', 'div', 'min', 'max', 'copysign'] as const;

type Rows<T extends ValueType, U extends string, B extends string, C extends string> = Readonly<Record<U, Unary<T>>> &
  Readonly<Record<B, Binary<T>>> &
  Readonly<Record<C, Binary<T, 'i32'>>>;

/** Integer operations; `S` and `U` mean signed and unsigned. Comparisons give 0 or 1. Division by zero traps. */
export type IntegerOps<T extends 'i32' | 'i64'> = Rows<
  T,
  (typeof INT_UNARY)[number],
  (typeof INT_BINARY)[number],
  (typeof INT_COMPARE)[number]
> & {
  readonly const: (value: T extends 'i64' ? number | bigint : number) => Expr<T>;
  readonly eqz: Unary<T, 'i32'>;
  readonly load: Load<T>;
  readonly store: Store<T>;
};

/** IEEE operations. `min` and `max` propagate NaN; `nearest` rounds half to even. */
export type FloatOps<T extends 'f32' | 'f64'> = Rows<
  T,
  (typeof FLOAT_UNARY)[number],
  (typeof FLOAT_BINARY)[number],
  (typeof FLOAT_COMPARE)[number]
> & { readonly const: (value: number) => Expr<T>; readonly load: Load<T>; readonly store: Store<T> };

interface IntegerCodes {
  readonly compare: number;
  readonly unary: number;
  readonly load: number;
  readonly store: number;
}

function integer<T extends 'i32' | 'i64'>(type: T, codes: IntegerCodes): IntegerOps<T> {
  return {
    const: (value: number | bigint) => expr(type, CONSTANTS[type](value)),
    eqz: unary(type, 'i32', codes.compare),
    ...row(INT_COMPARE, codes.compare + 1, (opcode) => binary(type, 'i32', opcode)),
    ...row(INT_UNARY, codes.unary, (opcode) => unary(type, type, opcode)),
    ...row(INT_BINARY, codes.unary + 3, (opcode) => binary(type, type, opcode)),
    load: load(type, codes.load),
    store: store(type, codes.store),
  };
}

function float<T extends 'f32' | 'f64'>(type: T, codes: IntegerCodes): FloatOps<T> {
  return {
    const: (value: number) => expr(type, CONSTANTS[type](value)),
    ...row(FLOAT_COMPARE, codes.compare, (opcode) => binary(type, 'i32', opcode)),
    ...row(FLOAT_UNARY, codes.unary, (opcode) => unary(type, type, opcode)),
    ...row(FLOAT_BINARY, codes.unary + 7, (opcode) => binary(type, type, opcode)),
    load: load(type, codes.load),
    store: store(type, codes.store),
  };
}

/** 32-bit integers, and addresses. */
export const i32: IntegerOps<'i32'> & {
  readonly load8U: Load<'i32'>;
  readonly load8S: Load<'i32'>;
  readonly load16U: Load<'i32'>;
  readonly store8: Store<'i32'>;
  readonly store16: Store<'i32'>;
  readonly wrap: Unary<'i64', 'i32'>;
  readonly truncSatF32: Unary<'f32', 'i32'>;
  readonly truncSatF32U: Unary<'f32', 'i32'>;
  readonly truncSatF64: Unary<'f64', 'i32'>;
  readonly reinterpret: Unary<'f32', 'i32'>;
} = {
  ...integer('i32', { compare: 0x45, unary: 0x67, load: 0x28, store: 0x36 }),
  load8S: load('i32', 0x2c),
  load8U: load('i32', 0x2d),
  load16U: load('i32', 0x2f),
  store8: store('i32', 0x3a),
  store16: store('i32', 0x3b),
  wrap: unary('i64', 'i32', 0xa7),
  truncSatF32: unary('f32', 'i32', 0xfc, 0),
  truncSatF32U: unary('f32', 'i32', 0xfc, 1),
  truncSatF64: unary('f64', 'i32', 0xfc, 2),
  reinterpret: unary('f32', 'i32', 0xbc),
};

/** 64-bit integers: products of 32-bit words, sizes beyond 2^31. */
export const i64: IntegerOps<'i64'> & {
  readonly extendS: Unary<'i32', 'i64'>;
  readonly extendU: Unary<'i32', 'i64'>;
} = {
  ...integer('i64', { compare: 0x50, unary: 0x79, load: 0x29, store: 0x37 }),
  extendS: unary('i32', 'i64', 0xac),
  extendU: unary('i32', 'i64', 0xad),
};

/** Single precision. */
export const f32: FloatOps<'f32'> & {
  readonly convertS: Unary<'i32', 'f32'>;
  readonly convertU: Unary<'i32', 'f32'>;
  readonly demote: Unary<'f64', 'f32'>;
  readonly reinterpret: Unary<'i32', 'f32'>;
} = {
  ...float('f32', { compare: 0x5b, unary: 0x8b, load: 0x2a, store: 0x38 }),
  convertS: unary('i32', 'f32', 0xb2),
  convertU: unary('i32', 'f32', 0xb3),
  demote: unary('f64', 'f32', 0xb6),
  reinterpret: unary('i32', 'f32', 0xbe),
};

/** Double precision. */
export const f64: FloatOps<'f64'> & {
  readonly convertS: Unary<'i32', 'f64'>;
  readonly convertU: Unary<'i32', 'f64'>;
  readonly promote: Unary<'f32', 'f64'>;
  readonly reinterpret: Unary<'i64', 'f64'>;
} = {
  ...float('f64', { compare: 0x61, unary: 0x99, load: 0x2b, store: 0x39 }),
  convertS: unary('i32', 'f64', 0xb7),
  convertU: unary('i32', 'f64', 0xb8),
  promote: unary('f32', 'f64', 0xbb),
  reinterpret: unary('i64', 'f64', 0xbf),
};

/** `whenTrue` if the condition is not 0, else `whenFalse`. Both are computed; there is no branch. */
export function select<T extends ValueType>(condition: Operand<'i32'>, whenTrue: Expr<T>, whenFalse: Expr<T>): Expr<T> {
  return expr(whenTrue.type, [whenTrue.code, whenFalse.code, operand('i32', condition).code, 0x1b]);
}

type Bytes = (target: Operand<'i32'>, source: Operand<'i32'>, bytes: Operand<'i32'>) => Statement;

/** Bulk memory: `copy(target, source, bytes)` (may overlap) and `fill(target, byte, bytes)`. */
export const memory: { readonly copy: Bytes; readonly fill: Bytes } = {
  copy: (target, source, bytes) =>
    expr('void', [...[target, source, bytes].map((x) => operand('i32', x).code), [0xfc, 10, 0, 0]]),
  fill: (target, byte, bytes) =>
    expr('void', [...[target, byte, bytes].map((x) => operand('i32', x).code), [0xfc, 11, 0]]),
};
