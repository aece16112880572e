import { i32, type Local, v128 } from '../wasm/index.ts';
import { type EmitContext, type EmittedLoop, loopName } from './emitted.ts';
import { Evaluator, innerStep } from './evaluate.ts';
import type { Loop } from './loop.ts';
import { parameter, Signature, stepsOf } from './signature.ts';
import { storeLanes } from './store-lanes.ts';
import { unrollOf } from './unroll.ts';
import { Walker } from './walk.ts';

/** Elements per unit of the range of a flat loop: a cache line. */
export const LINE = 16;

/** Emits a loop that stores for each element. */
export function emitMap(context: EmitContext, loop: Loop): EmittedLoop {
  return isFlat(loop) ? emitFlat(context, loop) : emitNested(context, loop);
}

/** True when everything lies in order. */
export function isFlat(loop: Loop): boolean {
  return (
    loop.padded &&
    loop.dims.length === 1 &&
    loop.operands.every((operand) => operand.kind === 'index' || innerStep(operand) !== 'strided') &&
    loop.results.every((result) => result.kind === 'store' && result.strides[0] === 1)
  );
}

/** One run over cache lines, beyond the end into the padding of the buffers. */
function emitFlat({ module, madd }: EmitContext, loop: Loop): EmittedLoop {
  const unroll = unrollOf(loop);
  const signature = new Signature(loop);
  const { params, args } = signature;
  const fn = module.once(signature.key('flat', unroll), () =>
    module.function(loopName(loop), { ...params, begin: 'i32', end: 'i32' }, (f, p) => {
      const evaluator = new Evaluator({ f, madd }, loop, stepsOf(loop, p));
      const addresses = new Walker(f, p, signature).start();
      evaluator.once(addresses);
      f.forAddress(i32.shl(p.begin, 6), i32.shl(p.end, 6), unroll * 16, (start) => {
        for (let u = 0; u < unroll; u++) {
          const offset = u === 0 ? start : f.let(i32.add(start, u * 16));
          const values = evaluator.perVector({ addresses, offset });
          loop.results.forEach(({ term }, i) => {
            f.emit(v128.store(i32.add(addresses[loop.operands.length + i]!, offset), values[term]!));
          });
        }
      });
    }),
  );
  return { fn, args, extent: Math.ceil(loop.dims[0]! / LINE) };
}

/** Outer dimensions one by one, the innermost in vectors, its last ones lane by lane where it does not come out even. */
function emitNested({ module, madd }: EmitContext, loop: Loop): EmittedLoop {
  const inner = loop.dims.length - 1;
  const size = loop.dims[inner]!;
  const unroll = size >= 4 * unrollOf(loop) ? unrollOf(loop) : 1;
  const even = size % (4 * unroll) === 0;
  const signature = new Signature(loop);
  for (let d = 0; d < inner; d++) signature.addDimension(d);
  signature.add('size', size * 4);
  const { params, args } = signature;
  const fn = module.once(signature.key('nested', unroll, even), () =>
    module.function(loopName(loop), { ...params, begin: 'i32', end: 'i32' }, (f, p) => {
      const evaluator = new Evaluator({ f, madd }, loop, stepsOf(loop, p));
      const walker = new Walker(f, p, signature);
      const end = parameter(p, 'size');
      const whole = f.let(i32.and(end, -unroll * 16));
      evaluator.once(walker.start());
      const outer = Array.from({ length: inner }, (_, d) => d);
      const row = (addresses: readonly Local<'i32'>[]): void => {
        const target = (i: number): Local<'i32'> => addresses[loop.operands.length + i]!;
        evaluator.perRow(addresses);
        const offset = f.local('i32');
        f.set(offset, 0);
        f.while(i32.ltU(offset, whole), () => {
          for (let u = 0; u < unroll; u++) {
            const values = evaluator.perVector({ addresses, offset });
            loop.results.forEach(({ term }, i) => {
              f.emit(v128.store(i32.add(target(i), offset), values[term]!));
            });
            f.increment(offset, 16);
          }
        });
        if (even) return;
        f.while(i32.ltU(offset, end), () => {
          const lanes = f.let(i32.shrU(i32.sub(end, offset), 2));
          const values = evaluator.perVector({ addresses, offset, lanes });
          loop.results.forEach(({ term }, i) => {
            storeLanes(f, f.let(i32.add(target(i), offset)), values[term]!, lanes);
          });
          f.increment(offset, 16);
        });
      };
      walker.nest(outer, walker.start(), row, true);
    }),
  );
  return { fn, args, extent: inner === 0 ? 1 : loop.dims[0]! };
}
