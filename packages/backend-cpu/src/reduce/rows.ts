import { type EmitContext, type EmittedLoop, loopName } from '../fuse/emitted.ts';
import { Evaluator } from '../fuse/evaluate.ts';
import type { Loop } from '../fuse/loop.ts';
import { choose } from '../fuse/math/context.ts';
import { parameter, Signature, stepsOf } from '../fuse/signature.ts';
import { storeLanes } from '../fuse/store-lanes.ts';
import { unrollOf } from '../fuse/unroll.ts';
import { Walker } from '../fuse/walk.ts';
import { i32, i32x4, type Local, select, v128 } from '../wasm/index.ts';
import { accumulate, chunkOf, foldsOf, identityOf, storeFolded } from './accumulate.ts';

/** Emits folds over the innermost dimension (and others): vectors along it, their lanes folded in the end. */
export function emitRows({ module, madd }: EmitContext, loop: Loop): EmittedLoop {
  const inner = loop.dims.length - 1;
  const size = loop.dims[inner]!;
  const unroll = size >= 4 * unrollOf(loop) ? unrollOf(loop) : 1;
  const even = size % (4 * unroll) === 0;
  const all = loop.dims.map((_, d) => d);
  const kept = all.filter((d) => !loop.reduced[d]);
  const around = all.filter((d) => loop.reduced[d] && d !== inner);
  const signature = new Signature(loop);
  for (const d of [...kept, ...around]) signature.addDimension(d);
  signature.add('size', size * 4);
  signature.add('chunk', chunkOf(Math.ceil(size / (4 * unroll))) * unroll * 16);
  const { params, args } = signature;
  const folds = foldsOf(loop);
  const fn = module.once(signature.key('rows', unroll, even), () =>
    module.function(loopName(loop), { ...params, begin: 'i32', end: 'i32' }, (f, p) => {
      const evaluator = new Evaluator({ f, madd }, loop, stepsOf(loop, p));
      const walker = new Walker(f, p, signature);
      const end = parameter(p, 'size');
      const whole = f.let(i32.and(end, -unroll * 16));
      const target = (addresses: readonly Local<'i32'>[], i: number): Local<'i32'> =>
        addresses[loop.operands.length + i]!;
      evaluator.once(walker.start());

      const row = (addresses: readonly Local<'i32'>[], totals: readonly Local<'v128'>[]): void => {
        evaluator.perRow(addresses);
        const offset = f.local('i32');
        f.set(offset, 0);
        f.while(i32.ltU(offset, whole), () => {
          const ahead = f.let(i32.add(offset, parameter(p, 'chunk')));
          const stop = f.let(select(i32.ltU(ahead, whole), ahead, whole));
          const partial = folds.map(({ fold }) => Array.from({ length: unroll }, () => f.let(identityOf(fold))));
          f.loop(
            () => {
              for (let u = 0; u < unroll; u++) {
                const values = evaluator.perVector({ addresses, offset });
                folds.forEach(({ fold }, k) => {
                  accumulate(f, fold, partial[k]![u]!, values[fold.term]!);
                });
                loop.results.forEach((result, i) => {
                  if (result.kind === 'store')
                    f.emit(v128.store(i32.add(target(addresses, i), offset), values[result.term]!));
                });
                f.increment(offset, 16);
              }
            },
            i32.ltU(offset, stop),
          );
          folds.forEach(({ fold }, k) => {
            for (const sum of partial[k]!) accumulate(f, fold, totals[k]!, sum);
          });
        });
        if (even) return;
        f.while(i32.ltU(offset, end), () => {
          const lanes = f.let(i32.shrU(i32.sub(end, offset), 2));
          const mask = f.let(i32x4.ltS(i32x4.const(0, 1, 2, 3), i32x4.splat(lanes)));
          const values = evaluator.perVector({ addresses, offset, lanes });
          folds.forEach(({ fold }, k) => {
            accumulate(f, fold, totals[k]!, f.let(choose(mask, values[fold.term]!, identityOf(fold))));
          });
          loop.results.forEach((result, i) => {
            if (result.kind === 'store')
              storeLanes(f, f.let(i32.add(target(addresses, i), offset)), values[result.term]!, lanes);
          });
          f.increment(offset, 16);
        });
      };

      const cell = (addresses: readonly Local<'i32'>[]): void => {
        const totals = folds.map(({ fold }) => f.let(identityOf(fold)));
        walker.nest(around, addresses, (at) => row(at, totals));
        folds.forEach(({ fold, position }, k) => {
          storeFolded(f, fold, target(addresses, position), totals[k]!);
        });
      };
      walker.nest(kept, walker.start(), cell, true);
    }),
  );
  return { fn, args, extent: kept.length === 0 ? 1 : loop.dims[kept[0]!]! };
}
