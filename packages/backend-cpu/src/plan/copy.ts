import { stridesOf } from '@nablajs/tensor';
import { copyElements, copyRuns, copyTransposed } from '../kernels/copy.ts';
import { planCopy } from '../kernels/copy-plan.ts';
import type { Kernel } from '../kernels/kernel.ts';
import type { Operand, PlanNode } from './node.ts';
import type { CallStep, Task } from './task.ts';

/** What copies call. */
export const COPY_KERNELS: readonly Kernel[] = [copyRuns, copyElements, copyTransposed];

/** The kernel calls that copy what an operand reads to a rectangle of a node's value. */
export function copySteps(operand: Operand, target: PlanNode, corner: readonly number[]): CallStep[] {
  const { base, layout, shape } = operand;
  const steps = stridesOf(target.spec.shape);
  const plan = planCopy({
    sizes: shape,
    source: { offset: layout.offset, steps: layout.strides },
    target: { offset: corner.reduce((sum, index, axis) => sum + index * steps[axis]!, 0), steps },
    bytesPerElement: 4,
  });
  const buffers = new Map([
    ['x', { node: base, offset: 0 }],
    ['y', { node: target, offset: 0 }],
  ]);
  return plan.calls.map((call) => ({ kind: 'call', call, buffers }));
}

/** The task of a node that copies its operand. */
export function copyTask(node: PlanNode): Task {
  const [operand] = node.operands as [Operand];
  const steps = copySteps(
    operand,
    node,
    node.spec.shape.map(() => 0),
  );
  return {
    label: `copy -> [${node.spec.shape.join(', ')}]: ${[...new Set(steps.map(({ call }) => call.kernel))].join(', ')}`,
    steps,
    reads: [operand.base],
    writes: [node],
    scratch: 0,
  };
}
