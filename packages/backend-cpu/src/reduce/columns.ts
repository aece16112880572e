import { type EmitContext, type EmittedLoop, loopName } from '../fuse/emit.ts';
import { Evaluator, storeLanes } from '../fuse/evaluate.ts';
import type { Loop } from '../fuse/loop.ts';
import { stepsOf } from '../fuse/map.ts';
import { parameter, Signature } from '../fuse/signature.ts';
import { unrollOf } from '../fuse/unroll.ts';
import { Walker } from '../fuse/walk.ts';
import { type Expr, i32, type Local, select, v128 } from '../wasm/index.ts';
import { accumulate, chunkOf, foldsOf, identityOf } from './accumulate.ts';

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
  signature.add('chunk', chunkOf(loop.dims[down]!));
  const { params, args } = signature;
  const folds = foldsOf(loop);
  const fn = module.once(signature.key('columns', unroll, even), () =>
    module.function(loopName(loop), { ...params, begin: 'i32', end: 'i32' }, (f, p) => {
      const evaluator = new Evaluator({ f, madd }, loop, stepsOf(loop, p));
      const walker = new Walker(f, p, signature);
      const rows = parameter(p, `n${down}`);
      evaluator.once(walker.start());

      /** Folds the columns at `offset`, `width` vectors of them. */
      const strip = (
        addresses: readonly Local<'i32'>[],
        offset: Local<'i32'>,
        width: number,
        lanes?: Local<'i32'>,
      ): void => {
        const offsets = Array.from({ length: width }, (_, u) => (u === 0 ? offset : f.let(i32.add(offset, u * 16))));
        const write = (stream: Expr<'i32'>, at: Expr<'i32'>, value: Expr<'v128'>): void => {
          if (lanes) storeLanes(f, f.let(i32.add(stream, at)), value, lanes);
          else f.emit(v128.store(i32.add(stream, at), value));
        };
        const identities = (): Local<'v128'>[][] => folds.map(({ fold }) => offsets.map(() => f.let(identityOf(fold))));
        const totals = identities();
        walker.nest(around, addresses, (outer) => {
          const at = walker.moving(down, outer);
          const row = f.local('i32');
          f.set(row, 0);
          f.while(i32.ltS(row, rows), () => {
            const ahead = f.let(i32.add(row, parameter(p, 'chunk')));
            const stop = f.let(select(i32.ltS(ahead, rows), ahead, rows));
            const partial = identities();
            f.loop(
              () => {
                evaluator.perRow(at);
                offsets.forEach((offset, u) => {
                  const values = evaluator.perVector(
                    lanes ? { addresses: at, offset, lanes } : { addresses: at, offset },
                  );
                  folds.forEach(({ fold }, k) => {
                    accumulate(f, fold, partial[k]![u]!, values[fold.term]!);
                  });
                  loop.results.forEach((result, i) => {
                    if (result.kind === 'store') write(at[loop.operands.length + i]!, offset, values[result.term]!);
                  });
                });
                walker.step(down, at);
                f.increment(row, 1);
              },
              i32.ltS(row, stop),
            );
            folds.forEach(({ fold }, k) => {
              offsets.forEach((_, u) => {
                accumulate(f, fold, totals[k]![u]!, partial[k]![u]!);
              });
            });
          });
        });
        folds.forEach(({ position }, k) => {
          offsets.forEach((offset, u) => {
            write(addresses[loop.operands.length + position]!, offset, totals[k]![u]!);
          });
        });
      };

      const columns = (addresses: readonly Local<'i32'>[], first: Expr<'i32'>, last: Expr<'i32'>): void => {
        const offset = f.let(first);
        const end = f.let(last);
        f.while(i32.leU(i32.add(offset, unroll * 16), end), () => {
          strip(addresses, offset, unroll);
          f.increment(offset, unroll * 16);
        });
        if (even) return;
        f.while(i32.ltU(offset, end), () => {
          const lanes = f.let(i32.shrU(i32.sub(end, offset), 2));
          strip(addresses, offset, 1, lanes);
          f.increment(offset, 16);
        });
      };

      const width = parameter(p, 'size');
      if (kept.length > 0) walker.nest(kept, walker.start(), (at) => columns(at, i32.const(0), width), true);
      else {
        const end = f.let(i32.shl(p.end, 6));
        columns(walker.start(), i32.shl(p.begin, 6), select(i32.ltU(end, width), end, width));
      }
    }),
  );
  return { fn, args, extent: kept.length > 0 ? loop.dims[kept[0]!]! : Math.ceil(size / STRIP) };
}
