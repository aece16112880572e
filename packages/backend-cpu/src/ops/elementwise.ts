import type { DType } from '@nablajs/tensor';
import { choose, inDoubles, type MapContext, type V } from '../fuse/math/context.ts';
import { erf } from '../fuse/math/erf.ts';
import { exp, expm1, tanh, withSign } from '../fuse/math/exp.ts';
import { log, log1p } from '../fuse/math/log.ts';
import { pow } from '../fuse/math/pow.ts';
import { cos, sin } from '../fuse/math/trigonometry.ts';
import { type Expr, f32x4, f64x2, i32, i32x4, select, v128 } from '../wasm/index.ts';
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

function math(cost: number, emit: (c: MapContext, x: V) => V): MapLowering {
  return { kind: 'map', cost, emit: (c, [x]) => emit(c, x!) };
}

function bits(cost: number, emit: (a: V, b: V) => V): MapLowering {
  return { kind: 'map', cost, emit: (_, [a, b]) => emit(a!, b!) };
}

/** Integer functions without a vector instruction, lane by lane. */
function lanes({ f }: MapContext, a: V, b: V, compute: (a: Expr<'i32'>, b: Expr<'i32'>) => Expr<'i32'>): V {
  return [0, 1, 2, 3].reduce<V>((result, lane) => {
    const x = f.let(i32x4.extractLane(a, lane));
    const y = f.let(i32x4.extractLane(b, lane));
    return f.let(i32x4.replaceLane(result, lane, compute(x, y)));
  }, i32x4.const(0));
}

/** Quotient and remainder rounded toward minus infinity. Division by 0 and by -1 would trap; both are answered without dividing. */
function floorDivide(
  { f }: MapContext,
  x: Expr<'i32'>,
  y: Expr<'i32'>,
): { quotient: Expr<'i32'>; remainder: Expr<'i32'> } {
  const unsafe = f.let(i32.leU(i32.add(y, 1), 1));
  const divisor = f.let(select(unsafe, i32.const(1), y));
  const rest = f.let(i32.remS(x, divisor));
  const below = f.let(i32.and(i32.ne(rest, 0), i32.ltS(i32.xor(rest, divisor), 0)));
  const quotient = i32.sub(i32.divS(x, divisor), below);
  return {
    quotient: select(unsafe, i32.mul(x, y), quotient),
    remainder: select(unsafe, i32.const(0), i32.add(rest, select(below, divisor, i32.const(0)))),
  };
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
  maximum: binary(f32x4.max, i32x4.maxS),
  minimum: binary(f32x4.min, i32x4.minS),
  pow: { kind: 'map', cost: 80, emit: (c, [a, b]) => pow(c, a!, b!) },
  floorDiv: {
    kind: 'map',
    cost: 20,
    // In double precision, where no quotient of floats rounds up to a whole number it does not reach.
    emit: (c, [a, b], { from }) =>
      from === 'float32'
        ? inDoubles(c, [a!, b!], (x, y) => f64x2.floor(f64x2.div(x!, y!)))
        : lanes(c, a!, b!, (x, y) => floorDivide(c, x, y).quotient),
  },
  mod: {
    kind: 'map',
    cost: 25,
    emit: (c, [a, b], { from }) =>
      from === 'float32'
        ? inDoubles(c, [a!, b!], (x, y) => f64x2.sub(x!, f64x2.mul(y!, f64x2.floor(f64x2.div(x!, y!)))))
        : lanes(c, a!, b!, (x, y) => floorDivide(c, x, y).remainder),
  },
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
  sqrt: math(4, (_, x) => f32x4.sqrt(x)),
  floor: math(1, (_, x) => f32x4.floor(x)),
  ceil: math(1, (_, x) => f32x4.ceil(x)),
  round: math(1, (_, x) => f32x4.nearest(x)),
  isNaN: math(1, (_, x) => f32x4.ne(x, x)),
  exp: math(20, exp),
  expm1: math(22, expm1),
  log: math(28, log),
  log1p: math(36, log1p),
  tanh: math(28, tanh),
  erf: math(40, erf),
  sin: math(60, sin),
  cos: math(60, cos),
};
