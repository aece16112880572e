// From nodes to tasks in an order in which they can run.
import { sizeOf } from '@nablajs/tensor';
import type { KernelOptions } from '../kernels/kernel.ts';
import { isWhole, type KernelNode, type NodeGraph, type PlanNode } from './node.ts';
import { type Task, unique } from './task.ts';

/** The tasks of a graph in an order in which they can run, those of its loops (see loops.ts) included. */
export function tasksOf(graph: NodeGraph, options: KernelOptions, loops: readonly Task[]): Task[] {
  const kernels = graph.nodes.flatMap((node) =>
    node.kind === 'kernel' && sizeOf(node.spec.shape) > 0 ? [kernelTask(node, options)] : [],
  );
  return inOrder(graph, [...loops, ...kernels]);
}

function kernelTask(node: KernelNode, options: KernelOptions): Task {
  const { lowering, operands, result, attrs, epilogue, op } = node;
  const specs = operands.map(({ base, shape }) => ({ shape, dtype: base.spec.dtype }));
  const plan = lowering.plan({ attrs, specs, spec: result, options, epilogue });
  const names = epilogue.bias ? [...lowering.operands, 'bias'] : lowering.operands;
  const buffers = new Map(operands.map(({ base, layout }, i) => [names[i]!, { node: base, offset: layout.offset }]));
  buffers.set(lowering.result, { node, offset: 0 });
  const over = operands[names.indexOf(plan.inPlace ?? '')];
  const alone = over && isWhole(over) && operands.filter(({ base }) => base === over.base).length === 1;
  const extra = `${epilogue.bias ? ' + bias' : ''}${epilogue.relu ? ', relu' : ''}`;
  return {
    label: `${op}${extra} -> [${result.shape.join(', ')}]: ${plan.calls.map(({ kernel }) => kernel).join(', ')}`,
    steps: plan.calls.map((call) => ({ kind: 'call', call, buffers })),
    reads: unique(operands.map(({ base }) => base)),
    writes: [node],
    scratch: plan.shared,
    ...(alone && { inPlace: over.base }),
  };
}

/** Tasks after what they read, otherwise in the order of their last nodes. */
function inOrder({ nodes }: NodeGraph, tasks: readonly Task[]): Task[] {
  const numbers = new Map(nodes.map((node, i) => [node, i]));
  const makers = new Map<PlanNode, Task>();
  for (const task of tasks) for (const node of task.writes) makers.set(node, task);
  const last = new Map(tasks.map((task) => [task, Math.max(...task.writes.map((node) => numbers.get(node)!))]));
  const waiting = [...tasks].sort((a, b) => last.get(b)! - last.get(a)!);
  const order: Task[] = [];
  const entered = new Set<Task>();
  const done = new Set<Task>();
  while (waiting.length > 0) {
    const task = waiting.at(-1)!;
    if (done.has(task)) {
      waiting.pop();
      continue;
    }
    if (entered.has(task)) {
      waiting.pop();
      done.add(task);
      order.push(task);
      continue;
    }
    entered.add(task);
    for (const node of task.reads) {
      const maker = makers.get(node);
      if (maker && !entered.has(maker)) waiting.push(maker);
    }
  }
  return order;
}
