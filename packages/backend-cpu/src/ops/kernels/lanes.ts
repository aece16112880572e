// Kernels that go along one axis, lane by lane: running sums, order.
import { defineKernel, type Kernel } from '../../kernels/kernel.ts';
import {
  type Expr,
  type FunctionBuilder,
  f32,
  f64,
  i32,
  i64,
  type Local,
  type ParamLocals,
  type Params,
  select,
} from '../../wasm/index.ts';

const LANES = {
  x: 'i32',
  y: 'i32',
  /** Elements along the axis, and elements from one to the next. */
  length: 'i32',
  inner: 'i32',
} as const;

/** Runs the body for lanes `[begin, end)` with the addresses of their first elements in x, given the length of y's lanes. */
function eachLane(
  f: FunctionBuilder,
  p: ParamLocals<typeof LANES & { begin: 'i32'; end: 'i32' }>,
  resultLength: Expr<'i32'>,
  body: (x: Local<'i32'>, y: Local<'i32'>) => void,
): void {
  f.for(p.begin, p.end, 1, (lane) => {
    const block = f.let(i32.divU(lane, p.inner));
    const within = f.let(i32.remU(lane, p.inner));
    const first = (length: Expr<'i32'>): Expr<'i32'> =>
      i32.shl(i32.add(i32.mul(i32.mul(block, p.inner), length), within), 2);
    body(f.let(i32.add(p.x, first(p.length))), f.let(i32.add(p.y, first(resultLength))));
  });
}

const CUMSUM: typeof LANES & { readonly exclusive: 'i32'; readonly reverse: 'i32' } = {
  ...LANES,
  exclusive: 'i32',
  reverse: 'i32',
};

function runningSum<T extends 'f64' | 'i32'>(
  name: string,
  type: T,
  load: (address: Expr<'i32'>) => Expr<T>,
  add: (a: Expr<T>, b: Expr<T>) => Expr<T>,
  store: (address: Expr<'i32'>, value: Expr<T>) => ReturnType<typeof i32.store>,
): Kernel<typeof CUMSUM> {
  return defineKernel(name, CUMSUM, (f, p) => {
    const last = f.let(i32.mul(i32.sub(p.length, 1), i32.shl(p.inner, 2)));
    const step = f.let(select(p.reverse, i32.sub(0, i32.shl(p.inner, 2)), i32.shl(p.inner, 2)));
    eachLane(f, p, p.length, (x, y) => {
      f.if(p.reverse, () => {
        f.increment(x, last);
        f.increment(y, last);
      });
      const total = f.local(type);
      f.set(total, 0 as never);
      f.for(0, p.length, 1, () => {
        const value = f.let(load(x));
        const after = f.let(add(total, value));
        f.emit(store(y, select(p.exclusive, total, after)));
        f.set(total, after as never);
        f.increment(x, step);
        f.increment(y, step);
      });
    });
  });
}

/** Running sums of floats, added up in double precision; units are lanes. */
export const cumsumFloats: Kernel<typeof CUMSUM> = runningSum(
  'cumsumFloats',
  'f64',
  (address) => f64.promote(f32.load(address)),
  f64.add,
  (address, value) => f32.store(address, f32.demote(value)),
);

/** Running sums of integers; units are lanes. */
export const cumsumIntegers: Kernel<typeof CUMSUM> = runningSum(
  'cumsumIntegers',
  'i32',
  (address) => i32.load(address),
  i32.add,
  (address, value) => i32.store(address, value),
);

/** Which way is up, and whether the words are floats. */
export const ORDER: typeof LANES & { readonly descending: 'i32'; readonly floats: 'i32' } = {
  ...LANES,
  descending: 'i32',
  floats: 'i32',
};

/**
 * An integer that orders as the element does: floats by their bits, the negative ones turned round; NaN above everything
 * either way; 0 and -0 alike.
 */
export function orderOf(f: FunctionBuilder, address: Expr<'i32'>, p: ParamLocals<Params & typeof ORDER>): Local<'i32'> {
  const key = f.let(i32.load(address));
  const nan = f.local('i32');
  f.set(nan, 0);
  f.if(p.floats, () => {
    const value = f.let(f32.add(f32.load(address), 0));
    const bits = f.let(i32.reinterpret(value));
    f.set(key, i32.xor(bits, i32.shrU(i32.shrS(bits, 31), 1)));
    f.set(nan, f32.ne(value, value));
  });
  f.set(key, i32.xor(key, i32.sub(0, p.descending)));
  f.set(key, select(nan, i32.const(0x7fffffff), key));
  return key;
}

/** Scratch bytes of {@link argsort} for lanes of a length. */
export function argsortWorkspace(length: number): number {
  return 16 * length;
}

/**
 * Positions in sorted order; units are lanes. Merge sort of 64-bit words, the order above and the position below: no two
 * are equal, so that nothing needs to be kept in order.
 */
export const argsort: Kernel<typeof ORDER> = defineKernel('argsort', ORDER, (f, p) => {
  const bytes = f.let(i32.shl(p.length, 3));
  eachLane(f, p, p.length, (x, y) => {
    const from = f.let(p.workspace);
    const to = f.let(i32.add(p.workspace, bytes));
    f.for(0, p.length, 1, (k) => {
      const word = i64.add(i64.shl(i64.extendS(orderOf(f, x, p)), 32), i64.extendU(k));
      f.emit(i64.store(i32.add(from, i32.shl(k, 3)), word));
      f.increment(x, i32.shl(p.inner, 2));
    });
    const width = f.local('i32');
    f.set(width, 8);
    f.while(i32.ltU(width, bytes), () => {
      f.for(0, bytes, i32.shl(width, 1), (start) => mergeRuns(f, from, to, start, width, bytes));
      const swap = f.let(from);
      f.set(from, to);
      f.set(to, swap);
      f.set(width, i32.shl(width, 1));
    });
    f.for(0, p.length, 1, (k) => {
      f.emit(i32.store(y, i32.load(i32.add(from, i32.shl(k, 3)))));
      f.increment(y, i32.shl(p.inner, 2));
    });
  });
});

function mergeRuns(
  f: FunctionBuilder,
  from: Local<'i32'>,
  to: Local<'i32'>,
  start: Local<'i32'>,
  width: Local<'i32'>,
  bytes: Local<'i32'>,
): void {
  const atMost = (x: Expr<'i32'>): Local<'i32'> => {
    const local = f.let(x);
    return f.let(select(i32.ltU(local, bytes), local, bytes));
  };
  const left = f.let(start);
  const middle = atMost(i32.add(start, width));
  const right = f.let(middle);
  const end = atMost(i32.add(middle, width));
  const out = f.let(start);
  const take = (side: Local<'i32'>): void => {
    f.emit(i64.store(i32.add(to, out), i64.load(i32.add(from, side))));
    f.increment(side, 8);
  };
  f.while(i32.ltU(out, end), () => {
    const leftOpen = i32.ltU(left, middle);
    const rightOpen = i32.ltU(right, end);
    const smaller = i64.leS(i64.load(i32.add(from, left)), i64.load(i32.add(from, right)));
    f.if(
      i32.and(leftOpen, i32.or(i32.eqz(rightOpen), smaller)),
      () => take(left),
      () => take(right),
    );
    f.increment(out, 8);
  });
}
