// Where every value lies: in a buffer that came in, in one that goes out, or in the arena that all runs share.
import { sizeOf, stridesOf } from '@nablajs/tensor';
import type { Loop, LoopOperand } from '../fuse/loop.ts';
import { ALIGNMENT } from '../memory/allocator.ts';
import { bytesOf } from '../memory/values.ts';
import { arrange, type Span } from './arena.ts';
import type { NodeGraph, PlanNode } from './node.ts';
import type { LoopStep, Task } from './task.ts';

/** A value's place. Entries of the table are addresses that change from run to run; the arena starts anywhere. */
export type Home =
  | { readonly kind: 'table'; readonly entry: number }
  | { readonly kind: 'arena'; readonly offset: number };

/** What a run hands back for one output: new memory, or that of a donated input. */
export type OutputHome = { readonly kind: 'new' } | { readonly kind: 'donated'; readonly input: number };

/** The memory plan of a program. */
export interface Storage {
  readonly homes: ReadonlyMap<PlanNode, Home>;
  readonly outputs: readonly OutputHome[];
  /** Offset in the arena of each task's scratch, for tasks that have some. */
  readonly scratch: ReadonlyMap<Task, number>;
  readonly arenaBytes: number;
}

/** Plans the memory of a program. The table lists inputs, then constants, then outputs. */
export function planStorage(
  { nodes, outputs }: NodeGraph,
  tasks: readonly Task[],
  donated: readonly number[],
  constants: number,
): Storage {
  const life = lifetimes(tasks, outputs);
  const homes = new Map<PlanNode, Home>();
  const inputs = nodes.filter((node) => node.kind === 'input');
  for (const node of nodes) {
    // Nobody writes or reads these, but calls may name them.
    if (sizeOf(node.spec.shape) === 0) homes.set(node, { kind: 'arena', offset: 0 });
    if (node.kind === 'input') homes.set(node, { kind: 'table', entry: node.index });
    if (node.kind === 'constant') homes.set(node, { kind: 'table', entry: inputs.length + node.index });
  }

  const free = new Set<PlanNode>(inputs.filter((node) => donated.includes(node.index) && !outputs.includes(node)));
  const outputHomes = outputs.map((node, i): OutputHome => {
    if (node.kind === 'input') return { kind: 'donated', input: node.index };
    homes.set(node, { kind: 'table', entry: inputs.length + constants + i });
    const heir = heirFor(node, free, tasks, life);
    if (heir?.kind !== 'input') return { kind: 'new' };
    free.delete(heir);
    return { kind: 'donated', input: heir.index };
  });

  const spans: (Span & { readonly nodes: PlanNode[] })[] = [];
  const spanOf = new Map<PlanNode, (typeof spans)[number]>();
  const scratchSpans = new Map<Task, Span>();
  tasks.forEach((task, time) => {
    if (task.scratch > 0) scratchSpans.set(task, { bytes: padded(task.scratch), first: time, last: time });
    for (const node of task.writes) {
      if (homes.has(node)) continue;
      const { last } = life.get(node)!;
      const dying = task.reads.find((read) => {
        const span = spanOf.get(read);
        return span?.last === time && span.nodes.at(-1) === read && mayReplace(task, read, node);
      });
      const inherited = dying && spanOf.get(dying)!;
      const span = inherited ?? { bytes: padded(bytesOf(node.spec)), first: time, last, nodes: [] };
      span.last = last;
      span.nodes.push(node);
      spanOf.set(node, span);
      if (!inherited) spans.push(span);
    }
  });
  const { offsets, bytes } = arrange([...spans, ...scratchSpans.values()]);
  for (const span of spans)
    for (const node of span.nodes) homes.set(node, { kind: 'arena', offset: offsets.get(span)! });
  const scratch = new Map([...scratchSpans].map(([task, span]) => [task, offsets.get(span)!]));
  return { homes, outputs: outputHomes, scratch, arenaBytes: bytes };
}

interface Life {
  readonly first: number;
  last: number;
}

/** The tasks that first write and last read each node. */
function lifetimes(tasks: readonly Task[], outputs: readonly PlanNode[]): Map<PlanNode, Life> {
  const life = new Map<PlanNode, Life>();
  const touch = (node: PlanNode, time: number): void => {
    const known = life.get(node);
    if (known) known.last = Math.max(known.last, time);
    else life.set(node, { first: time, last: time });
  };
  tasks.forEach(({ reads, writes }, time) => {
    for (const node of reads) touch(node, time);
    for (const node of writes) touch(node, time);
  });
  for (const node of outputs) touch(node, tasks.length);
  return life;
}

/** A donated input whose memory an output can take: best one that the same task reads for the last time. */
function heirFor(
  node: PlanNode,
  free: ReadonlySet<PlanNode>,
  tasks: readonly Task[],
  life: ReadonlyMap<PlanNode, Life>,
): PlanNode | undefined {
  const birth = life.get(node)?.first;
  if (birth === undefined || birth === tasks.length) return undefined;
  const task = tasks[birth]!;
  const fits = (input: PlanNode): boolean => bytesOf(input.spec) === bytesOf(node.spec);
  const inPlace = task.reads.find(
    (read) => free.has(read) && fits(read) && life.get(read)!.last === birth && mayReplace(task, read, node),
  );
  return inPlace ?? [...free].find((input) => fits(input) && (life.get(input)?.last ?? -1) < birth);
}

/** True when a task may write `node` over `read`: a kernel that says so, or loops that read each element only where they write it. */
function mayReplace(task: Task, read: PlanNode, node: PlanNode): boolean {
  if (sizeOf(read.spec.shape) !== sizeOf(node.spec.shape)) return false;
  if (task.inPlace === read) return true;
  const [step] = task.steps;
  if (task.steps.length !== 1 || !step || step.kind === 'call') return false;
  const loops = step.kind === 'loop' ? [step] : step.steps;
  const writer = loops.findIndex(({ results }) => results.includes(node));
  const { loop, results } = loops[writer]!;
  const result = loop.results[results.indexOf(node)]!;
  const readsInOrder = ({ loop, operands }: LoopStep): boolean =>
    operands.every((base, i) => base !== read || isInOrder(loop, loop.operands[i]!));
  return (
    result.kind === 'store' &&
    isInOrder(loop, result) &&
    loops.every((step, i) => (i <= writer ? readsInOrder(step) : !step.operands.includes(read)))
  );
}

/** True for what a loop goes through element by element, from the first to the last. */
function isInOrder({ dims }: Loop, { offset, strides }: Pick<LoopOperand, 'offset' | 'strides'>): boolean {
  const dense = stridesOf(dims);
  return offset === 0 && strides.every((stride, d) => stride === dense[d]);
}

function padded(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / ALIGNMENT)) * ALIGNMENT;
}
