// From nodes to tasks in an order in which they can run.
import { sizeOf } from '@nablajs/tensor';
import { loopName } from '../fuse/emitted.ts';
import type { KernelOptions } from '../kernels/kernel.ts';
import { copyTask } from './copy.ts';
import { type Group, groupsOf } from './groups.ts';
import { loopOf } from './loop-of.ts';
import type { KernelNode, NodeGraph, PlanNode } from './node.ts';
import { piecesTask } from './pieces.ts';
import { type Task, unique } from './task.ts';

/** All tasks of a graph in an order in which they can run. */
export function tasksOf(graph: NodeGraph, options: KernelOptions): Task[] {
  const groups = groupsOf(graph);
  const stored = storedIn(graph, groups);
  const tasks: Task[] = groups.filter(({ cuts }) => cuts[0] !== 0).map((group) => loopTask(group, stored));
  for (const node of graph.nodes) {
    if (sizeOf(node.spec.shape) === 0) continue;
    if (node.kind === 'kernel') tasks.push(kernelTask(node, options));
    if (node.kind === 'pieces') tasks.push(piecesTask(node));
  }
  return inOrder(graph, tasks);
}

/** Nodes whose values must lie in memory. */
function storedIn({ nodes, outputs }: NodeGraph, groups: readonly Group[]): Set<PlanNode> {
  const groupOf = new Map<PlanNode, Group>();
  for (const group of groups) for (const node of group.nodes) groupOf.set(node, group);
  const stored = new Set<PlanNode>(outputs);
  for (const node of nodes) {
    const group = groupOf.get(node);
    for (const { base } of node.operands) {
      if (group === undefined || groupOf.get(base) !== group) stored.add(base);
    }
  }
  return stored;
}

function loopTask(group: Group, stored: ReadonlySet<PlanNode>): Task {
  const [node] = group.nodes;
  if (group.nodes.length === 1 && node!.op === 'copy' && node!.operands[0]!.base.kind !== 'source')
    return copyTask(node!);
  const step = loopOf(group, stored);
  return {
    label: `${loopName(step.loop)} over ${step.loop.dims.join(' x ') || 1}`,
    steps: [step],
    reads: unique(step.operands),
    writes: step.results,
    scratch: 0,
  };
}

function kernelTask(node: KernelNode, options: KernelOptions): Task {
  const { lowering, operands, result, attrs, epilogue, op } = node;
  const specs = operands.map(({ base, shape }) => ({ shape, dtype: base.spec.dtype }));
  const plan = lowering.plan({ attrs, specs, spec: result, options, epilogue });
  const names = epilogue.bias ? [...lowering.operands, 'bias'] : lowering.operands;
  const buffers = new Map(operands.map(({ base, layout }, i) => [names[i]!, { node: base, offset: layout.offset }]));
  buffers.set(lowering.result, { node, offset: 0 });
  const extra = `${epilogue.bias ? ' + bias' : ''}${epilogue.relu ? ', relu' : ''}`;
  return {
    label: `${op}${extra} -> [${result.shape.join(', ')}]: ${plan.calls.map(({ kernel }) => kernel).join(', ')}`,
    steps: plan.calls.map((call) => ({ kind: 'call', call, buffers })),
    reads: unique(operands.map(({ base }) => base)),
    writes: [node],
    scratch: plan.shared,
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
