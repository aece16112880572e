import type { DType } from '@nablajs/tensor';
import { choose, numberIn, type V } from '../fuse/math/context.ts';
import { exp, withSign } from '../fuse/math/exp.ts';
import { f32x4, i32x4, v128 } from '../wasm/index.ts';
import type { MapLowering } from './lowering.ts';

type Unary = (x: V) => V;
type Binary = (a: V, b: V) => V;

/** The same function of floats and of integers. */
function unary(floats: Unary, integers: Unary): MapLowering {
  return { kind: 'map', cost: 1, emit: (_, [x], { from }) => (from === 'int32' ? integers : floats)(x!) };
}

function binary(floats: Binary, integers: Binary, cost = 1): MapLowering {
  return { kind: 'map', cost, emit: (_, [a, b], { from }) => (from === 'float32' ? floats : integers)(a!, b!) };
}

/** The larger or smaller of two; against a number, one instruction does, where `min` and `max` take many for the sake of NaN. */
function bound(pick: Binary, floats: Binary, integers: Binary): MapLowering {
  const against = (x: V, limit: V): V => {
    // `pick` keeps -0, which is not the larger beside 0: their sum is 0.
    return numberIn(limit) === 0 ? f32x4.add(pick(x, limit), limit) : pick(x, limit);
  };
  return binary((a, b) => {
    if (numberIn(b) !== null) return against(a, b);
    return numberIn(a) !== null ? against(b, a) : floats(a, b);
  }, integers);
}

function one(cost: number, emit: Unary): MapLowering {
  return { kind: 'map', cost, emit: (_, [x]) => emit(x!) };
}

function bits(cost: number, emit: (a: V, b: V) => V): MapLowering {
  return { kind: 'map', cost, emit: (_, [a, b]) => emit(a!, b!) };
}

function cast({ from, to }: { from: DType; to: DType }, x: V): V {
  if (from === to) return x;
  if (to === 'bool') return from === 'float32' ? f32x4.ne(x, 0) : i32x4.ne(x, 0);
  if (from === 'bool') return v128.and(x, to === 'float32' ? f32x4.const(1) : i32x4.const(1));
  return to === 'int32' ? i32x4.truncSatS(x) : f32x4.convertS(x);
}

/** Rows of the table for ops that take one element to one element. */
export const elementwise: Readonly<Record<string, MapLowering>> = {
  add: binary(f32x4.add, i32x4.add),
  sub: binary(f32x4.sub, i32x4.sub),
  mul: binary(f32x4.mul, i32x4.mul),
  div: bits(4, f32x4.div),
  maximum: bound(f32x4.pmax, f32x4.max, i32x4.maxS),
  minimum: bound(f32x4.pmin, f32x4.min, i32x4.minS),
  equal: binary(f32x4.eq, i32x4.eq),
  less: binary(f32x4.lt, i32x4.ltS),
  lessEqual: binary(f32x4.le, i32x4.leS),
  logicalAnd: bits(1, v128.and),
  logicalOr: bits(1, v128.or),
  logicalNot: { kind: 'map', cost: 1, emit: (_, [x]) => v128.not(x!) },
  where: { kind: 'map', cost: 1, emit: (_, [mask, a, b]) => choose(mask!, a!, b!) },
  cast: { kind: 'map', cost: 1, emit: (_, [x], call) => cast(call, x!) },
  neg: unary(f32x4.neg, i32x4.neg),
  abs: unary(f32x4.abs, i32x4.abs),
  sign: unary(
    // 0, -0 and NaN are their own signs.
    (x) => choose(v128.or(f32x4.lt(x, 0), f32x4.gt(x, 0)), withSign(f32x4.const(1), x), x),
    (x) => i32x4.sub(i32x4.ltS(x, 0), i32x4.gtS(x, 0)),
  ),
  sqrt: one(4, (x) => f32x4.sqrt(x)),
  floor: one(1, (x) => f32x4.floor(x)),
  ceil: one(1, (x) => f32x4.ceil(x)),
  round: one(1, (x) => f32x4.nearest(x)),
  isNaN: one(1, (x) => f32x4.ne(x, x)),
  exp: { kind: 'map', cost: 20, emit: (c, [x]) => exp(c, x!) },
};
