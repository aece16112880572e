// What a program does, one thing after the other: loops and kernel calls, with the nodes they read and write.
import { sizeOf } from '@nablajs/tensor';
import { loopName } from '../fuse/emit.ts';
import type { Loop } from '../fuse/loop.ts';
import type { KernelCall, KernelOptions } from '../kernels/index.ts';
import { cutsOf, dimsOf, spread } from './domain.ts';
import { type Group, groupsOf } from './groups.ts';
import { loopOf, memoryOrIndex } from './loop-of.ts';
import type { KernelNode, NodeGraph, PiecesNode, PlanNode } from './node.ts';

/** A loop with what its operands and results are. */
export interface LoopStep {
  readonly kind: 'loop';
  readonly loop: Loop;
  /** Per operand; index operands have none. */
  readonly operands: readonly (PlanNode | null)[];
  readonly results: readonly PlanNode[];
}

/** A kernel call with what its buffers are: a node, words into it, or scratch that lives as long as the task. */
export interface CallStep {
  readonly kind: 'call';
  readonly call: KernelCall;
  readonly buffers: ReadonlyMap<string, { readonly node: PlanNode; readonly offset: number }>;
}

/** Steps that belong together. */
export interface Task {
  readonly label: string;
  readonly steps: readonly (LoopStep | CallStep)[];
  readonly reads: readonly PlanNode[];
  readonly writes: readonly PlanNode[];
  /** Bytes of scratch from the first step to the last. */
  readonly scratch: number;
}

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

function piecesTask(node: PiecesNode): Task {
  const { lowering, operands, spec, attrs } = node;
  const specs = operands.map(({ base, shape }) => ({ shape, dtype: base.spec.dtype }));
  const steps: LoopStep[] = [];
  const fill = lowering.fill(attrs);
  if (fill !== null) {
    const cuts = cutsOf(spec.shape);
    const dims = dimsOf(cuts);
    const strides = cuts.map((_, i) => cuts[i + 1] ?? 1);
    const loop: Loop = {
      dims,
      reduced: dims.map(() => false),
      operands: [],
      terms: [{ kind: 'number', value: fill, dtype: spec.dtype }],
      results: [{ kind: 'store', term: 0, offset: 0, strides }],
      padded: true,
    };
    steps.push({ kind: 'loop', loop, operands: [], results: [node] });
  }
  lowering.pieces(specs, attrs, spec).forEach((layout, i) => {
    const operand = operands[i]!;
    if (sizeOf(operand.shape) === 0) return;
    const cuts = cutsOf(operand.shape);
    const dims = dimsOf(cuts);
    const { term, operands: read } = memoryOrIndex(operand, cuts, 0);
    const loop: Loop = {
      dims,
      reduced: dims.map(() => false),
      operands: read,
      terms: [term],
      results: [
        {
          kind: 'store',
          term: 0,
          offset: layout.offset,
          strides: spread(operand.shape, layout.strides, cuts, (stride, by) => stride * by),
        },
      ],
      padded: false,
    };
    const bases = read.map(({ kind }) => (kind === 'memory' ? operand.base : null));
    steps.push({ kind: 'loop', loop, operands: bases, results: [node] });
  });
  return {
    label: `${node.op} -> [${spec.shape.join(', ')}]`,
    steps,
    reads: unique(steps.flatMap((step) => step.operands)),
    writes: [node],
    scratch: 0,
  };
}

function unique(nodes: readonly (PlanNode | null)[]): PlanNode[] {
  return [...new Set(nodes.filter((node) => node !== null))];
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
