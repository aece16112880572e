// Cross-entropy of softmax and its gradient, each in one pass over the scores: a row stays in the cache. Per row of scores x
// and truth t, with top = max x and rest = ln sum e^(x - top):
//
//   loss = sum t (x - top) - rest total,   total = sum t,   slope = g t - g total e^(x - top - rest)

import type { MapContext } from '../../fuse/math/context.ts';
import { exp } from '../../fuse/math/exp.ts';
import { log } from '../../fuse/math/log.ts';
import { element, offset } from '../../kernels/arithmetic.ts';
import { defineKernel, type Kernel } from '../../kernels/kernel.ts';
import { type Expr, type FunctionBuilder, f32, f32x4, i32, type Local, madd, select, v128 } from '../../wasm/index.ts';
import { across, counted, eachVector, largest, store, sumOfExponentials } from './softmax.ts';

const ENTROPY = {
  x: 'i32',
  /** The truth: rows like those of x, or one number of a column for each row. */
  t: 'i32',
  /** Four numbers for each of `rows` rows, one kind after the other: loss, total, top, rest. */
  y: 'i32',
  rows: 'i32',
  /** Bytes of a row. */
  row: 'i32',
} as const;

const BACK = {
  /** The gradient of each row's loss. */
  g: 'i32',
  dx: 'i32',
} as const;

type Entropy = Kernel<typeof ENTROPY>;
type SlopeParams = typeof ENTROPY & typeof BACK;
type Slope = Kernel<SlopeParams>;
const SLOPE: SlopeParams = { ...ENTROPY, ...BACK };

function entropy(
  name: string,
  parts: (
    c: MapContext,
    p: { readonly t: Local<'i32'>; readonly row: Local<'i32'> },
    x: Local<'i32'>,
    top: Local<'v128'>,
    index: Local<'i32'>,
  ) => { readonly product: Expr<'f32'>; readonly total: Expr<'f32'> },
): Entropy {
  return defineKernel(name, ENTROPY, (f, p, { options }) => {
    const c = { f, madd: madd(options.relaxed) };
    f.for(p.begin, p.end, 1, (index) => {
      const x = f.let(offset(p.x, index, p.row));
      const top = largest(f, x, p.row);
      const sum = sumOfExponentials(c, x, p.row, top, () => undefined);
      const rest = f.let(f32x4.extractLane(log(c, sum), 0));
      const { product, total } = parts(c, p, x, top, index);
      const share = f.let(total);
      const y = f.let(element(p.y, index));
      for (const value of [f32.sub(product, f32.mul(rest, share)), share, f32x4.extractLane(top, 0), rest]) {
        f.emit(f32.store(y, value));
        f.increment(y, i32.shl(p.rows, 2));
      }
    });
  });
}

/** Losses of rows; units are rows. */
export const entropyRows: Entropy = entropy('entropyRows', ({ f, madd }, p, x, top, index) => {
  const t = f.let(offset(p.t, index, p.row));
  const products = f.let(f32x4.const(0));
  const totals = f.let(f32x4.const(0));
  eachVector(f, p.row, (at, lanes) => {
    const share = f.let(counted(v128.load(i32.add(t, at)), f32x4.const(0), lanes));
    const distance = f.let(counted(f32x4.sub(v128.load(i32.add(x, at)), top), f32x4.const(0), lanes));
    f.set(products, madd(share, distance, products));
    f.set(totals, f32x4.add(totals, share));
  });
  const first = (sum: Local<'v128'>): Expr<'f32'> => f32x4.extractLane(across(f, sum, f32x4.add), 0);
  return { product: first(products), total: first(totals) };
});

/** Losses of rows of which one number is 1; none, where there is no column of that number. Units are rows. */
export const entropyLabels: Entropy = entropy('entropyLabels', ({ f }, p, x, top, index) => {
  const at = f.let(i32.shl(i32.load(element(p.t, index)), 2));
  const known = isColumn(f, p, index);
  const place = select(known, at, i32.const(0));
  const distance = f.let(f32.sub(f32.load(i32.add(x, place)), f32x4.extractLane(top, 0)));
  return {
    product: select(known, distance, f32.const(0)),
    total: select(known, f32.const(1), f32.const(0)),
  };
});

function isColumn(
  f: FunctionBuilder,
  p: { readonly t: Local<'i32'>; readonly row: Local<'i32'> },
  index: Local<'i32'>,
): Local<'i32'> {
  return f.let(i32.ltU(i32.load(element(p.t, index)), i32.shrU(p.row, 2)));
}

function slopes(
  name: string,
  write: (
    f: FunctionBuilder,
    p: { readonly t: Local<'i32'>; readonly row: Local<'i32'> },
    row: {
      readonly dx: Local<'i32'>;
      readonly g: Local<'f32'>;
      readonly index: Local<'i32'>;
      /** `g total` times the probabilities of four columns. */
      readonly expected: (at: Local<'i32'>) => Expr<'v128'>;
    },
  ) => void,
): Slope {
  return defineKernel(name, SLOPE, (f, p, { options }) => {
    const c = { f, madd: madd(options.relaxed) };
    f.for(p.begin, p.end, 1, (index) => {
      const x = f.let(offset(p.x, index, p.row));
      const [total, top, rest] = [1, 2, 3].map((kind) => {
        const first = i32.add(p.y, i32.mul(i32.shl(p.rows, 2), kind));
        return f.let(f32.load(element(first, index)));
      }) as [Local<'f32'>, Local<'f32'>, Local<'f32'>];
      const g = f.let(f32.load(element(p.g, index)));
      const weight = f.let(f32x4.splat(f32.mul(g, total)));
      const [tops, rests] = [f.let(f32x4.splat(top)), f.let(f32x4.splat(rest))];
      const expected = (at: Local<'i32'>): Expr<'v128'> => {
        const distance = f.let(f32x4.sub(f32x4.sub(v128.load(i32.add(x, at)), tops), rests));
        return f32x4.mul(exp(c, distance), weight);
      };
      write(f, p, { dx: f.let(offset(p.dx, index, p.row)), g, index, expected });
    });
  });
}

/** Gradients of {@link entropyRows}; units are rows. */
export const entropyRowsGradient: Slope = slopes('entropyRowsGradient', (f, p, { dx, g, index, expected }) => {
  const t = f.let(offset(p.t, index, p.row));
  const scale = f.let(f32x4.splat(g));
  eachVector(f, p.row, (at, lanes) => {
    const value = f.let(f32x4.sub(f32x4.mul(scale, v128.load(i32.add(t, at))), expected(at)));
    store(f, f.let(i32.add(dx, at)), value, lanes);
  });
});

/** Gradients of {@link entropyLabels}; units are rows. */
export const entropyLabelsGradient: Slope = slopes('entropyLabelsGradient', (f, p, { dx, g, index, expected }) => {
  eachVector(f, p.row, (at, lanes) => {
    store(f, f.let(i32.add(dx, at)), f.let(f32x4.neg(expected(at))), lanes);
  });
  f.if(isColumn(f, p, index), () => {
    const place = f.let(i32.add(dx, i32.shl(i32.load(element(p.t, index)), 2)));
    f.emit(f32.store(place, f32.add(f32.load(place), g)));
  });
});
