import { unsigned } from './encode.ts';
import { type Code, type Expr, expr, type Operand, type Statement, type ValueType } from './expr.ts';
import { at, type Load, operand, type Store } from './scalar.ts';

type V = Expr<'v128'>;
/** A vector, or a number that fills all lanes. */
export type Lanes = V | number;
type LaneUnary = (x: Lanes) => V;
type LaneBinary = (a: Lanes, b: Lanes) => V;

function simd(opcode: number): Code {
  return [0xfd, unsigned(opcode)];
}

function literal(bytes: ArrayBuffer): V {
  return expr('v128', { bytes: new Uint8Array(bytes) });
}

function vectorOp(opcode: number, ...operands: readonly V[]): V {
  return expr('v128', [operands.map((x) => x.code), simd(opcode)]);
}

function load(opcode: number): Load<'v128'> {
  return (address, offset = 0) => expr('v128', [operand('i32', address).code, simd(opcode), at(offset)]);
}

function splat<T extends ValueType>(type: T, opcode: number): (x: Operand<T>) => V {
  return (x) => expr('v128', [operand(type, x).code, simd(opcode)]);
}

function extract<T extends ValueType>(type: T, opcode: number): (x: V, lane: number) => Expr<T> {
  return (x, lane) => expr(type, [x.code, simd(opcode), lane]);
}

function replace<T extends ValueType>(type: T, opcode: number): (x: V, lane: number, value: Operand<T>) => V {
  return (x, lane, value) => expr('v128', [x.code, operand(type, value).code, simd(opcode), lane]);
}

type LoadLane = (address: Operand<'i32'>, x: V, lane: number, offset?: number) => V;
type StoreLane = (address: Operand<'i32'>, x: V, lane: number, offset?: number) => Statement;

function loadLane(opcode: number): LoadLane {
  return (address, x, lane, offset = 0) =>
    expr('v128', [operand('i32', address).code, x.code, simd(opcode), at(offset), lane]);
}

function storeLane(opcode: number): StoreLane {
  return (address, x, lane, offset = 0) =>
    expr('void', [operand('i32', address).code, x.code, simd(opcode), at(offset), lane]);
}

/** One function per name from a table of opcodes. */
function table<N extends string, F>(opcodes: Readonly<Record<N, number>>, make: (opcode: number) => F): Record<N, F> {
  return Object.fromEntries(Object.entries<number>(opcodes).map(([name, code]) => [name, make(code)])) as Record<N, F>;
}

const BITWISE = { and: 0x4e, andNot: 0x4f, or: 0x50, xor: 0x51 } as const;

/** Operations that do not look inside the lanes. */
export const v128: Readonly<Record<keyof typeof BITWISE, (a: V, b: V) => V>> & {
  readonly load: Load<'v128'>;
  readonly store: Store<'v128'>;
  /** One float or integer from memory into all four lanes. */
  readonly load32Splat: Load<'v128'>;
  /** Four (two) bytes-groups from memory, the other lanes zero. */
  readonly load32Zero: Load<'v128'>;
  readonly load64Zero: Load<'v128'>;
  readonly load32Lane: LoadLane;
  readonly load64Lane: LoadLane;
  readonly store32Lane: StoreLane;
  readonly store64Lane: StoreLane;
  readonly not: (x: V) => V;
  /** Bits of `a` where the mask has ones, of `b` elsewhere. */
  readonly bitselect: (a: V, b: V, mask: V) => V;
  readonly anyTrue: (x: V) => Expr<'i32'>;
} = {
  ...table(BITWISE, (opcode) => (a: V, b: V) => vectorOp(opcode, a, b)),
  load: load(0x00),
  store: (address, value, offset = 0) =>
    expr('void', [operand('i32', address).code, value.code, simd(0x0b), at(offset)]),
  load32Splat: load(0x09),
  load32Zero: load(0x5c),
  load64Zero: load(0x5d),
  load32Lane: loadLane(0x56),
  load64Lane: loadLane(0x57),
  store32Lane: storeLane(0x5a),
  store64Lane: storeLane(0x5b),
  not: (x) => vectorOp(0x4d, x),
  bitselect: (a, b, mask) => vectorOp(0x52, a, b, mask),
  anyTrue: (x) => expr('i32', [x.code, simd(0x53)]),
};

const F32_UNARY = { ceil: 0x67, floor: 0x68, trunc: 0x69, nearest: 0x6a, abs: 0xe0, neg: 0xe1, sqrt: 0xe3 } as const;
// biome-ignore format: one row per opcode range
const F32_BINARY = {
  eq: 0x41, ne: 0x42, lt: 0x43, gt: 0x44, le: 0x45, ge: 0x46,
  add: 0xe4, sub: 0xe5, mul: 0xe6, div: 0xe7, min: 0xe8, max: 0xe9, pmin: 0xea, pmax: 0xeb,
} as const;

function floats(value: Lanes): V {
  return typeof value === 'number' ? f32x4.const(value) : value;
}

/**
 * Four floats. Comparisons give lanes of all ones or all zeros. `min`, `max` propagate NaN;
 * `pmin(a, b)` is `b < a ? b : a` and `pmax(a, b)` is `a < b ? b : a`, one instruction each.
 */
export const f32x4: Readonly<Record<keyof typeof F32_UNARY, LaneUnary>> &
  Readonly<Record<keyof typeof F32_BINARY, LaneBinary>> & {
    readonly const: (a: number, b?: number, c?: number, d?: number) => V;
    readonly splat: (x: Operand<'f32'>) => V;
    readonly extractLane: (x: V, lane: number) => Expr<'f32'>;
    readonly replaceLane: (x: V, lane: number, value: Operand<'f32'>) => V;
    readonly convertS: (x: V) => V;
    readonly convertU: (x: V) => V;
    /** The two doubles of `x` as floats in lanes 0 and 1, zeros above. */
    readonly demoteZero: (x: V) => V;
    /** `a * b + c`, rounded once or twice depending on the machine. Only where the features say so. */
    readonly relaxedMadd: (a: V, b: V, c: V) => V;
    /** `c - a * b`. */
    readonly relaxedNmadd: (a: V, b: V, c: V) => V;
    /** Picks four lanes out of the eight of `a` (0-3) and `b` (4-7). */
    readonly shuffle: (a: V, b: V, lanes: readonly [number, number, number, number]) => V;
  } = {
  ...table(F32_UNARY, (opcode) => (x: Lanes) => vectorOp(opcode, floats(x))),
  ...table(F32_BINARY, (opcode) => (a: Lanes, b: Lanes) => vectorOp(opcode, floats(a), floats(b))),
  const: (a, b = a, c = a, d = a) => literal(new Float32Array([a, b, c, d]).buffer),
  splat: splat('f32', 0x13),
  extractLane: extract('f32', 0x1f),
  replaceLane: replace('f32', 0x20),
  convertS: (x) => vectorOp(0xfa, x),
  convertU: (x) => vectorOp(0xfb, x),
  demoteZero: (x) => vectorOp(0x5e, x),
  relaxedMadd: (a, b, c) => vectorOp(0x105, a, b, c),
  relaxedNmadd: (a, b, c) => vectorOp(0x106, a, b, c),
  shuffle: (a, b, lanes) => {
    const bytes = lanes.flatMap((lane) => [4 * lane, 4 * lane + 1, 4 * lane + 2, 4 * lane + 3]);
    return expr('v128', [a.code, b.code, simd(0x0d), bytes]);
  },
};

const I32_UNARY = { abs: 0xa0, neg: 0xa1 } as const;
// biome-ignore format: one row per opcode range
const I32_BINARY = {
  eq: 0x37, ne: 0x38, ltS: 0x39, ltU: 0x3a, gtS: 0x3b, gtU: 0x3c, leS: 0x3d, leU: 0x3e, geS: 0x3f, geU: 0x40,
  add: 0xae, sub: 0xb1, mul: 0xb5, minS: 0xb6, minU: 0xb7, maxS: 0xb8, maxU: 0xb9,
} as const;
const SHIFT = { shl: 0xab, shrS: 0xac, shrU: 0xad } as const;

function integers(value: Lanes): V {
  return typeof value === 'number' ? i32x4.const(value) : value;
}

/** Four 32-bit integers. There is no vector division. Shifts take one scalar count for all lanes. */
export const i32x4: Readonly<Record<keyof typeof I32_UNARY, LaneUnary>> &
  Readonly<Record<keyof typeof I32_BINARY, LaneBinary>> &
  Readonly<Record<keyof typeof SHIFT, (x: V, count: Operand<'i32'>) => V>> & {
    readonly const: (a: number, b?: number, c?: number, d?: number) => V;
    readonly splat: (x: Operand<'i32'>) => V;
    readonly extractLane: (x: V, lane: number) => Expr<'i32'>;
    readonly replaceLane: (x: V, lane: number, value: Operand<'i32'>) => V;
    readonly allTrue: (x: V) => Expr<'i32'>;
    readonly bitmask: (x: V) => Expr<'i32'>;
    /** Toward zero, NaN to 0, out of range to the nearest integer. */
    readonly truncSatS: (x: V) => V;
    readonly truncSatU: (x: V) => V;
    /** Widens the low four 16-bit lanes, zero-extended. */
    readonly extendLowU: (x: V) => V;
    /** Full 64-bit unsigned products of the low (high) two lanes. */
    readonly extmulLowU: (a: V, b: V) => V;
    readonly extmulHighU: (a: V, b: V) => V;
  } = {
  ...table(I32_UNARY, (opcode) => (x: Lanes) => vectorOp(opcode, integers(x))),
  ...table(I32_BINARY, (opcode) => (a: Lanes, b: Lanes) => vectorOp(opcode, integers(a), integers(b))),
  ...table(
    SHIFT,
    (opcode) => (x: V, count: Operand<'i32'>) => expr('v128', [x.code, operand('i32', count).code, simd(opcode)]),
  ),
  const: (a, b = a, c = a, d = a) => literal(new Int32Array([a, b, c, d]).buffer),
  splat: splat('i32', 0x11),
  extractLane: extract('i32', 0x1b),
  replaceLane: replace('i32', 0x1c),
  allTrue: (x) => expr('i32', [x.code, simd(0xa3)]),
  bitmask: (x) => expr('i32', [x.code, simd(0xa4)]),
  truncSatS: (x) => vectorOp(0xf8, x),
  truncSatU: (x) => vectorOp(0xf9, x),
  extendLowU: (x) => vectorOp(0xa9, x),
  extmulLowU: (a, b) => vectorOp(0xde, a, b),
  extmulHighU: (a, b) => vectorOp(0xdf, a, b),
};

/** What booleans, one byte each, need on their way to and from 32-bit lanes. */
export const bytes: {
  /** Widens the low eight unsigned bytes to 16 bits; `i32x4.extendLowU` takes them on. */
  readonly extendLowU: (x: V) => V;
  /** Eight 32-bit lanes to 16 bits, saturating. */
  readonly narrow32: (low: V, high: V) => V;
  /** Sixteen 16-bit lanes to unsigned bytes, saturating. */
  readonly narrow16: (low: V, high: V) => V;
} = {
  extendLowU: (x) => vectorOp(0x89, x),
  narrow32: (low, high) => vectorOp(0x86, low, high),
  narrow16: (low, high) => vectorOp(0x66, low, high),
};

const F64_UNARY = { ceil: 0x74, floor: 0x75, trunc: 0x7a, nearest: 0x94, abs: 0xec, neg: 0xed, sqrt: 0xef } as const;
// biome-ignore format: one row per opcode range
const F64_BINARY = {
  eq: 0x47, ne: 0x48, lt: 0x49, gt: 0x4a, le: 0x4b, ge: 0x4c, add: 0xf0, sub: 0xf1, mul: 0xf2, div: 0xf3, min: 0xf4, max: 0xf5,
} as const;

/** Two doubles: exact accumulators. */
export const f64x2: Readonly<Record<keyof typeof F64_UNARY, (x: V) => V>> &
  Readonly<Record<keyof typeof F64_BINARY, (a: V, b: V) => V>> & {
    readonly const: (a: number, b?: number) => V;
    readonly splat: (x: Operand<'f64'>) => V;
    readonly extractLane: (x: V, lane: number) => Expr<'f64'>;
    /** Lanes 0 and 1 of four floats as doubles. */
    readonly promoteLow: (x: V) => V;
    readonly convertLowS: (x: V) => V;
  } = {
  ...table(F64_UNARY, (opcode) => (x: V) => vectorOp(opcode, x)),
  ...table(F64_BINARY, (opcode) => (a: V, b: V) => vectorOp(opcode, a, b)),
  const: (a, b = a) => literal(new Float64Array([a, b]).buffer),
  splat: splat('f64', 0x14),
  extractLane: extract('f64', 0x21),
  promoteLow: (x) => vectorOp(0x5f, x),
  convertLowS: (x) => vectorOp(0xfe, x),
};
