import { type EmitContext, type EmittedLoop, loopName } from '../fuse/emitted.ts';
import { Evaluator } from '../fuse/evaluate.ts';
import type { Loop } from '../fuse/loop.ts';
import { parameter, Signature, stepsOf } from '../fuse/signature.ts';
import { storeLanes } from '../fuse/store-lanes.ts';
import { unrollOf } from '../fuse/unroll.ts';
import { Walker } from '../fuse/walk.ts';
import { type Expr, i32, type Local, select, v128 } from '../wasm/index.ts';
import { accumulate, foldsOf, identityOf } from './accumulate.ts';

/** Columns per unit of the range, where it runs over columns. */
const STRIP = 16;

/** Emits folds over outer dimensions: strips of neighbouring columns, each lane an accumulator of its own. */
export function emitColumns({ module, madd }: EmitContext, loop: Loop): EmittedLoop {
  const inner = loop.dims.length - 1;
  const size = loop.dims[inner]!;
  const unroll = size >= 4 * unrollOf(loop) ? unrollOf(loop) : 1;
  const even = size % (4 * unroll) === 0;
  const all = loop.dims.map((_, d) => d);
  const kept = all.filter((d) => !loop.reduced[d] && d !== inner);
  const around = all.filter((d) => loop.reduced[d]);
  const down = around.pop()!;
  const signature = new Signature(loop);
  for (const d of [...kept, ...around, down]) signature.addDimension(d);
  signature.add('size', size * 4);
  signature.add('chunk', rowsAtATime(loop, down, inner));
  const { params, args } = signature;
  const folds = foldsOf(loop);
  const fn = module.once(signature.key('columns', unroll, even), () =>
    module.function(loopName(loop), { ...params, begin: 'i32', end: 'i32' }, (f, p) => {
      const evaluator = new Evaluator({ f, madd }, loop, stepsOf(loop, p));
      const walker = new Walker(f, p, signature);
      const rows = parameter(p, `n${down}`);
      evaluator.once(walker.start());

      const write = (stream: Expr<'i32'>, at: Expr<'i32'>, value: Expr<'v128'>, lanes?: Local<'i32'>): void => {
        const address = f.let(i32.add(stream, at));
        if (lanes) storeLanes(f, address, value, lanes);
        else f.emit(v128.store(address, value));
      };

      /** Folds `count` rows of the columns at `offset`, `width` vectors of them, into what the results hold. */
      const strip = (
        addresses: readonly Local<'i32'>[],
        count: Local<'i32'>,
        offset: Local<'i32'>,
        width: number,
        lanes?: Local<'i32'>,
      ): void => {
        const offsets = Array.from({ length: width }, (_, u) => (u === 0 ? offset : f.let(i32.add(offset, u * 16))));
        const partial = folds.map(({ fold }) => offsets.map(() => f.let(identityOf(fold))));
        const at = walker.moving(down, addresses);
        const row = f.let(count);
        f.loop(() => {
          evaluator.perRow(at);
          offsets.forEach((offset, u) => {
            const values = evaluator.perVector(lanes ? { addresses: at, offset, lanes } : { addresses: at, offset });
            folds.forEach(({ fold }, k) => {
              accumulate(f, fold, partial[k]![u]!, values[fold.term]!);
            });
            loop.results.forEach((result, i) => {
              if (result.kind === 'store') write(at[loop.operands.length + i]!, offset, values[result.term]!, lanes);
            });
          });
          walker.step(down, at);
          f.increment(row, -1);
        }, row);
        folds.forEach(({ fold, position }, k) => {
          const target = addresses[loop.operands.length + position]!;
          offsets.forEach((offset, u) => {
            const total = f.let(v128.load(i32.add(target, offset)));
            accumulate(f, fold, total, partial[k]![u]!);
            write(target, offset, total, lanes);
          });
        });
      };

      /** Visits the columns from `first` to `last` in strips. */
      const strips = (
        first: Expr<'i32'>,
        last: Expr<'i32'>,
        visit: (offset: Local<'i32'>, width: number, lanes?: Local<'i32'>) => void,
      ): void => {
        const offset = f.let(first);
        f.while(i32.leU(i32.add(offset, unroll * 16), last), () => {
          visit(offset, unroll);
          f.increment(offset, unroll * 16);
        });
        if (even) return;
        f.while(i32.ltU(offset, last), () => {
          visit(offset, 1, f.let(i32.shrU(i32.sub(last, offset), 2)));
          f.increment(offset, 16);
        });
      };

      const columns = (addresses: readonly Local<'i32'>[], first: Expr<'i32'>, last: Expr<'i32'>): void => {
        strips(first, last, (offset, width, lanes) => {
          for (const { fold, position } of folds) {
            const target = addresses[loop.operands.length + position]!;
            for (let u = 0; u < width; u++) write(target, i32.add(offset, u * 16), identityOf(fold), lanes);
          }
        });
        walker.nest(around, addresses, (outer) => {
          const at = walker.moving(down, outer);
          const left = f.let(rows);
          f.while(i32.gtS(left, 0), () => {
            const chunk = parameter(p, 'chunk');
            const count = f.let(select(i32.ltS(left, chunk), left, chunk));
            strips(first, last, (offset, width, lanes) => strip(at, count, offset, width, lanes));
            walker.step(down, at, count);
            f.set(left, i32.sub(left, count));
          });
        });
      };

      const width = parameter(p, 'size');
      if (kept.length > 0) walker.nest(kept, walker.start(), (at) => columns(at, i32.const(0), width), true);
      else {
        const end = f.let(i32.shl(p.end, 6));
        columns(walker.start(), f.let(i32.shl(p.begin, 6)), f.let(select(i32.ltU(end, width), end, width)));
      }
    }),
  );
  return { fn, args, extent: kept.length > 0 ? loop.dims[kept[0]!]! : Math.ceil(size / STRIP) };
}

/** Rows that one pass over all columns covers: few enough to stay in the cache, enough to keep long sums short. */
function rowsAtATime({ dims, operands, results }: Loop, down: number, inner: number): number {
  const rows = dims[down]!;
  const fitting = CACHED / (dims[inner]! * 4 * (operands.length + results.length));
  const root = Math.sqrt(rows);
  return Math.ceil(Math.max(8, root / 4, Math.min(fitting, Math.max(256, root))));
}

/** Bytes that a pass may touch. */
const CACHED = 32768;
