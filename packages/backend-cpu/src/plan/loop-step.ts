import { emitLoop } from '../fuse/emit.ts';
import { costOf, type Loop } from '../fuse/loop.ts';
import type { LoopArgument } from '../fuse/signature.ts';
import type { PlanNode } from './node.ts';
import type { Argument, LoopStep } from './task.ts';

/** The step of a loop. */
export function loopStep(loop: Loop, operands: readonly (PlanNode | null)[], results: readonly PlanNode[]): LoopStep {
  const place = (arg: LoopArgument): Argument => {
    if (typeof arg === 'number') return arg;
    if ('operand' in arg) return { node: operands[arg.operand]!, bytes: loop.operands[arg.operand]!.offset * 4 };
    const result = loop.results[arg.result]!;
    return { node: results[arg.result]!, bytes: result.kind === 'store' ? result.offset * 4 : 0 };
  };
  return {
    kind: 'loop',
    loop,
    work: loop.dims.reduce((product, size) => product * size, costOf(loop)),
    emit: (context) => {
      const { fn, args, extent } = emitLoop(context, loop);
      return { fn, args: args.map(place), extent };
    },
    operands,
    results,
  };
}
