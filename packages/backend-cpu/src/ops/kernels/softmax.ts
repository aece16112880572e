import { storeLanes } from '../../fuse/evaluate.ts';
import { choose, type MapContext, type V } from '../../fuse/math/context.ts';
import { exp } from '../../fuse/math/exp.ts';
import { log } from '../../fuse/math/log.ts';
import { offset } from '../../kernels/arithmetic.ts';
import { defineKernel, type Kernel } from '../../kernels/kernel.ts';
import { type Expr, type FunctionBuilder, f32x4, i32, i32x4, type Local, madd, v128 } from '../../wasm/index.ts';

const ROWS = {
  x: 'i32',
  y: 'i32',
  /** Bytes of a row. */
  row: 'i32',
} as const;

/** Visits a row in vectors; the last one may have fewer lanes that count. */
function eachVector(
  f: FunctionBuilder,
  row: Local<'i32'>,
  body: (at: Local<'i32'>, lanes: Local<'i32'>) => void,
): void {
  f.forAddress(0, row, 16, (at) => body(at, f.let(i32.shrU(i32.sub(row, at), 2))));
}

/** Combines the four lanes; all lanes of the result are equal. */
function across(f: FunctionBuilder, x: V, combine: (a: V, b: V) => V): Local<'v128'> {
  const pairs = f.let(combine(x, f32x4.shuffle(x, x, [2, 3, 0, 1])));
  return f.let(combine(pairs, f32x4.shuffle(pairs, pairs, [1, 0, 3, 2])));
}

function counting(lanes: Local<'i32'>): Expr<'v128'> {
  return i32x4.ltS(i32x4.const(0, 1, 2, 3), i32x4.splat(lanes));
}

/** The largest element of a row. */
function largest(f: FunctionBuilder, x: Local<'i32'>, row: Local<'i32'>): Local<'v128'> {
  const least = f32x4.const(Number.NEGATIVE_INFINITY);
  const top = f.let(least);
  eachVector(f, row, (at, lanes) => {
    f.set(top, f32x4.max(top, choose(counting(lanes), v128.load(i32.add(x, at)), least)));
  });
  return across(f, top, f32x4.max);
}

/** Sum of e^(x - top) over a row; each term is handed out too. */
function sumOfExponentials(
  c: MapContext,
  x: Local<'i32'>,
  row: Local<'i32'>,
  top: V,
  visit: (at: Local<'i32'>, lanes: Local<'i32'>, term: V) => void,
): Local<'v128'> {
  const { f } = c;
  const sum = f.let(f32x4.const(0));
  eachVector(f, row, (at, lanes) => {
    const term = f.let(exp(c, f.let(f32x4.sub(v128.load(i32.add(x, at)), top))));
    visit(at, lanes, term);
    f.set(sum, f32x4.add(sum, v128.and(counting(lanes), term)));
  });
  return across(f, sum, f32x4.add);
}

/** Softmax along rows; units are rows. */
export const softmaxRows: Kernel<typeof ROWS> = defineKernel('softmaxRows', ROWS, (f, p, { options }) => {
  f.for(p.begin, p.end, 1, (index) => {
    const x = f.let(offset(p.x, index, p.row));
    const y = f.let(offset(p.y, index, p.row));
    const top = largest(f, x, p.row);
    const sum = sumOfExponentials({ f, madd: madd(options.relaxed) }, x, p.row, top, (at, lanes, term) =>
      storeLanes(f, f.let(i32.add(y, at)), term, lanes),
    );
    eachVector(f, p.row, (at, lanes) => {
      const address = f.let(i32.add(y, at));
      storeLanes(f, address, f.let(f32x4.div(v128.load(address), sum)), lanes);
    });
  });
});

/** Logarithm of softmax along rows; units are rows. */
export const logSoftmaxRows: Kernel<typeof ROWS> = defineKernel('logSoftmaxRows', ROWS, (f, p, { options }) => {
  const c = { f, madd: madd(options.relaxed) };
  f.for(p.begin, p.end, 1, (index) => {
    const x = f.let(offset(p.x, index, p.row));
    const y = f.let(offset(p.y, index, p.row));
    const top = largest(f, x, p.row);
    const logSum = f.let(
      log(
        c,
        sumOfExponentials(c, x, p.row, top, () => undefined),
      ),
    );
    eachVector(f, p.row, (at, lanes) => {
      // First the shift, which is exact for the largest: the logarithm must not disappear beside a large one.
      const value = f.let(f32x4.sub(f32x4.sub(v128.load(i32.add(x, at)), top), logSum));
      storeLanes(f, f.let(i32.add(y, at)), value, lanes);
    });
  });
});
