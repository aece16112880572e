import { choose, type MapContext, type V } from '../../fuse/math/context.ts';
import { exp } from '../../fuse/math/exp.ts';
import { storeLanes } from '../../fuse/store-lanes.ts';
import { offset } from '../../kernels/arithmetic.ts';
import { defineKernel, type Kernel } from '../../kernels/kernel.ts';
import { type Expr, type FunctionBuilder, f32x4, i32, i32x4, type Local, madd, v128 } from '../../wasm/index.ts';

/** What the kernels of rows are given. */
export const ROWS = {
  x: 'i32',
  y: 'i32',
  /** Bytes of a row. */
  row: 'i32',
} as const;

type Visit = (at: Local<'i32'>, lanes?: Local<'i32'>) => void;

/** Visits a row in vectors; `lanes` of the last one count, if it is not a whole one. */
export function eachVector(f: FunctionBuilder, row: Local<'i32'>, body: Visit): void {
  const at = f.local('i32');
  const whole = f.let(i32.and(row, -16));
  f.set(at, 0);
  f.while(i32.ltU(at, whole), () => {
    body(at);
    f.increment(at, 16);
  });
  f.if(i32.ltU(at, row), () => body(at, f.let(i32.shrU(i32.sub(row, at), 2))));
}

/** The lanes that count, `rest` in the others. */
export function counted(x: V, rest: V, lanes?: Local<'i32'>): V {
  return lanes ? choose(i32x4.ltS(i32x4.const(0, 1, 2, 3), i32x4.splat(lanes)), x, rest) : x;
}

/** Writes a vector, or the lanes of it that count. */
export function store(f: FunctionBuilder, address: Expr<'i32'>, value: V, lanes?: Local<'i32'>): void {
  if (lanes) storeLanes(f, address, value, lanes);
  else f.emit(v128.store(address, value));
}

/** Combines the four lanes; all lanes of the result are equal. */
export function across(f: FunctionBuilder, x: V, combine: (a: V, b: V) => V): Local<'v128'> {
  const pairs = f.let(combine(x, f32x4.shuffle(x, x, [2, 3, 0, 1])));
  return f.let(combine(pairs, f32x4.shuffle(pairs, pairs, [1, 0, 3, 2])));
}

/** The largest element of a row; where one is NaN, it may be passed over: the sum of exponentials is NaN then. */
export function largest(f: FunctionBuilder, x: Local<'i32'>, row: Local<'i32'>): Local<'v128'> {
  const least = f32x4.const(Number.NEGATIVE_INFINITY);
  // Four at a time: each waits for the one before.
  const tops = [0, 16, 32, 48].map((start) => ({ start, top: f.let(least) }));
  const at = f.let(x);
  const end = f.let(i32.add(x, row));
  f.while(i32.leU(i32.add(at, 64), end), () => {
    for (const { start, top } of tops) f.set(top, f32x4.pmax(top, v128.load(at, start)));
    f.increment(at, 64);
  });
  const [{ top }] = tops as [(typeof tops)[0]];
  eachVector(f, f.let(i32.sub(end, at)), (offset, lanes) => {
    f.set(top, f32x4.pmax(top, counted(v128.load(i32.add(at, offset)), least, lanes)));
  });
  return across(f, f.let(tops.map(({ top }): V => top).reduce((a, b) => f32x4.pmax(a, b))), f32x4.pmax);
}

/** Sum of e^(x - top) over a row; each term is handed out too. */
export function sumOfExponentials(
  c: MapContext,
  x: Local<'i32'>,
  row: Local<'i32'>,
  top: V,
  visit: (term: V, ...place: Parameters<Visit>) => void,
): Local<'v128'> {
  const { f } = c;
  const sum = f.let(f32x4.const(0));
  eachVector(f, row, (at, lanes) => {
    const term = f.let(exp(c, f.let(f32x4.sub(v128.load(i32.add(x, at)), top))));
    visit(term, at, lanes);
    f.set(sum, f32x4.add(sum, counted(term, f32x4.const(0), lanes)));
  });
  return across(f, sum, f32x4.add);
}

/** Softmax along rows; units are rows. */
export const softmaxRows: Kernel<typeof ROWS> = defineKernel('softmaxRows', ROWS, (f, p, { options }) => {
  f.for(p.begin, p.end, 1, (index) => {
    const x = f.let(offset(p.x, index, p.row));
    const y = f.let(offset(p.y, index, p.row));
    const top = largest(f, x, p.row);
    const sum = sumOfExponentials({ f, madd: madd(options.relaxed) }, x, p.row, top, (term, at, lanes) =>
      store(f, f.let(i32.add(y, at)), term, lanes),
    );
    eachVector(f, p.row, (at, lanes) => {
      const address = f.let(i32.add(y, at));
      store(f, address, f.let(f32x4.div(v128.load(address), sum)), lanes);
    });
  });
});
