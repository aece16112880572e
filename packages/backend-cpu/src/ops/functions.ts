import { inDoubles, type MapContext, type V } from '../fuse/math/context.ts';
import { erf } from '../fuse/math/erf.ts';
import { expm1 } from '../fuse/math/exp.ts';
import { log, log1p } from '../fuse/math/log.ts';
import { pow } from '../fuse/math/pow.ts';
import { tanh } from '../fuse/math/tanh.ts';
import { cos, sin } from '../fuse/math/trigonometry.ts';
import { type Expr, f64x2, i32, i32x4, select } from '../wasm/index.ts';
import type { Family } from './family.ts';
import type { MapLowering } from './lowering.ts';

type FunctionName = 'expm1' | 'log' | 'log1p' | 'tanh' | 'erf' | 'sin' | 'cos' | 'pow' | 'floorDiv' | 'mod';

function math(cost: number, emit: (c: MapContext, x: V) => V): MapLowering {
  return { kind: 'map', cost, emit: (c, [x]) => emit(c, x!) };
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

/** Elementwise functions that take many instructions. */
export const functions: Family<FunctionName> = {
  kernels: [],
  rows: {
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
    expm1: math(22, expm1),
    log: math(28, log),
    log1p: math(36, log1p),
    tanh: math(16, tanh),
    erf: math(40, erf),
    sin: math(60, sin),
    cos: math(60, cos),
  },
};
