// All that a program does beside calling the kernels of its ops: fused loops, copies, values put together from pieces.
// Loaded when a graph has any of it left after its kernels have taken what they can.
import { type Spec, sizeOf } from '@nablajs/tensor';
import { loopName } from '../fuse/emitted.ts';
import type { Kernel } from '../kernels/kernel.ts';
import { mayChain } from './chaining.ts';
import { type Group, groupsOf } from './groups.ts';
import { loopOf } from './loop-of.ts';
import type { NodeGraph, PlanNode } from './node.ts';
import { recomputeCheap } from './recompute.ts';
import { splitFolds } from './split-folds.ts';
import { flushStates } from './states.ts';
import { type Task, unique } from './task.ts';

/** The graph as its loops are made of it, for a step that may write over inputs of these specs. */
export function prepareLoops(graph: NodeGraph, donated: readonly Spec[]): NodeGraph {
  return flushStates(recomputeCheap(splitFolds(graph)), donated);
}

/** The same tasks, loops that touch the same large values in turns. */
export async function inTurns(tasks: readonly Task[]): Promise<readonly Task[]> {
  if (!mayChain(tasks)) return tasks;
  const { chainLoops } = await import('./chains.ts');
  return chainLoops(tasks);
}

/** The tasks of all nodes that are no kernel calls, and the kernels that those of them call which copy. */
export async function loopTasks(
  graph: NodeGraph,
): Promise<{ readonly tasks: readonly Task[]; readonly kernels: readonly Kernel[] }> {
  const all = groupsOf(graph);
  const stored = storedIn(graph, all);
  const groups = all.filter(({ cuts }) => cuts[0] !== 0);
  const copied = groups.flatMap((group) => copyIn(group) ?? []);
  const pieces = graph.nodes.flatMap((node) => (node.kind === 'pieces' && sizeOf(node.spec.shape) > 0 ? [node] : []));
  const loops = groups.filter((group) => !copyIn(group)).map((group) => loopTask(group, stored));
  if (copied.length + pieces.length === 0) return { tasks: loops, kernels: [] };
  const { COPY_KERNELS, copySteps, copyTask } = await import('./copy.ts');
  const copies = copied.map(copyTask);
  if (pieces.length === 0) return { tasks: [...loops, ...copies], kernels: COPY_KERNELS };
  const { piecesTask } = await import('./pieces.ts');
  const put = pieces.map((node) => piecesTask(node, copySteps));
  return { tasks: [...loops, ...copies, ...put], kernels: COPY_KERNELS };
}

/** The node of a group that does nothing but copy what lies in memory. */
function copyIn({ nodes: [node, more] }: Group): PlanNode | null {
  return !more && node!.op === 'copy' && node!.operands[0]!.base.kind !== 'source' ? node! : null;
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
