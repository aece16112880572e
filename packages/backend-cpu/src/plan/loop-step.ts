import { emitLoop } from '../fuse/emit.ts';
import { costOf, type Loop } from '../fuse/loop.ts';
import type { PlanNode } from './node.ts';
import type { LoopStep } from './task.ts';

/** The step of a loop. */
export function loopStep(loop: Loop, operands: readonly (PlanNode | null)[], results: readonly PlanNode[]): LoopStep {
  return {
    kind: 'loop',
    loop,
    work: loop.dims.reduce((product, size) => product * size, costOf(loop)),
    emit: (context) => emitLoop(context, loop),
    operands,
    results,
  };
}
