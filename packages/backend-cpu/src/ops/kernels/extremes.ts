import { defineKernel, type Kernel } from '../../kernels/kernel.ts';
import {
  type Expr,
  type FunctionBuilder,
  f32x4,
  i32,
  i32x4,
  type Local,
  type ParamLocals,
  type Params,
  select,
  v128,
} from '../../wasm/index.ts';
import { ORDER, orderOf } from './lanes.ts';
import { across } from './softmax.ts';

type Locals = ParamLocals<Params & typeof ORDER>;

/** Position of the first element that comes last in the order, per lane; units are lanes of the result. */
export const extremes: Kernel<typeof ORDER> = defineKernel('extremes', ORDER, (f, p) => {
  const order = vectorOrder(f, p);
  const step = f.let(i32.shl(p.inner, 2));
  const lane = f.let(p.begin);
  f.while(i32.ltU(lane, p.end), () => {
    const block = f.let(i32.divU(lane, p.inner));
    const within = f.let(i32.remU(lane, p.inner));
    const first = i32.add(i32.mul(i32.mul(block, p.inner), p.length), within);
    const x = f.let(i32.add(p.x, i32.shl(first, 2)));
    const y = f.let(i32.add(p.y, i32.shl(lane, 2)));
    const neighbours = f.let(i32.and(i32.leU(i32.add(within, 4), p.inner), i32.leU(i32.add(lane, 4), p.end)));
    f.if(
      neighbours,
      () => {
        f.emit(v128.store(y, fourLanes(f, p, x, step, order)));
        f.increment(lane, 4);
      },
      () => {
        f.if(
          i32.and(i32.eq(p.inner, 1), i32.geU(p.length, 4)),
          () => f.emit(i32.store(y, alongRow(f, p, x, order))),
          () => f.emit(i32.store(y, oneLane(f, p, x, step))),
        );
        f.increment(lane, 1);
      },
    );
  });
});

type Order = (x: Expr<'v128'>) => Local<'v128'>;

/** {@link orderOf} for four elements. */
function vectorOrder(f: FunctionBuilder, p: Locals): Order {
  const descending = f.let(i32x4.splat(i32.sub(0, p.descending)));
  const floats = f.let(i32x4.splat(i32.sub(0, p.floats)));
  return (x) => {
    const words = f.let(x);
    const bits = f.let(f32x4.add(words, 0));
    const turned = f.let(v128.xor(bits, i32x4.shrU(i32x4.shrS(bits, 31), 1)));
    const key = v128.xor(v128.bitselect(turned, words, floats), descending);
    const nan = v128.and(floats, f32x4.ne(bits, bits));
    return f.let(v128.bitselect(i32x4.const(0x7fffffff), key, nan));
  };
}

/** Four neighbouring lanes at once. */
function fourLanes(f: FunctionBuilder, p: Locals, x: Local<'i32'>, step: Local<'i32'>, order: Order): Expr<'v128'> {
  const best = f.let(order(v128.load(x)));
  const position = f.let(i32x4.const(0));
  f.for(1, p.length, 1, (k) => {
    f.increment(x, step);
    const key = order(v128.load(x));
    const wins = f.let(i32x4.gtS(key, best));
    f.set(best, i32x4.maxS(key, best));
    f.set(position, v128.bitselect(i32x4.splat(k), position, wins));
  });
  return position;
}

/** A row of four elements or more: every fourth in a lane of its own, the last four once more if there is a rest. */
function alongRow(f: FunctionBuilder, p: Locals, x: Local<'i32'>, order: Order): Expr<'i32'> {
  const best = f.let(order(v128.load(x)));
  const position = f.let(i32x4.const(0, 1, 2, 3));
  const last = f.let(i32.sub(p.length, 4));
  const at = f.local('i32');
  f.set(at, 0);
  f.while(i32.ltU(at, last), () => {
    const ahead = f.let(i32.add(at, 4));
    f.set(at, select(i32.ltU(ahead, last), ahead, last));
    const key = order(v128.load(i32.add(x, i32.shl(at, 2))));
    const wins = f.let(i32x4.gtS(key, best));
    f.set(best, i32x4.maxS(key, best));
    f.set(position, v128.bitselect(i32x4.add(i32x4.splat(at), i32x4.const(0, 1, 2, 3)), position, wins));
  });
  const top = across(f, best, i32x4.maxS);
  const among = f.let(v128.bitselect(position, i32x4.const(0x7fffffff), i32x4.eq(best, top)));
  return i32x4.extractLane(across(f, among, i32x4.minS), 0);
}

function oneLane(f: FunctionBuilder, p: Locals, x: Local<'i32'>, step: Local<'i32'>): Expr<'i32'> {
  const best = f.let(orderOf(f, x, p));
  const position = f.local('i32');
  f.set(position, 0);
  f.for(1, p.length, 1, (k) => {
    f.increment(x, step);
    const key = orderOf(f, x, p);
    const wins = f.let(i32.gtS(key, best));
    f.set(best, select(wins, key, best));
    f.set(position, select(wins, k, position));
  });
  return position;
}
