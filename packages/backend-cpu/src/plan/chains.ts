// Loops that go over the same values one after the other take turns: each does a block of its range, then the next one the
// same block, so that what one has read or left is still in the first caches when the next one asks for it. Statistics of
// rows, and what is made of rows with them, are one visit to memory in this way.
import { sizeOf } from '@nablajs/tensor';
import { collapse, type Loop } from '../fuse/loop.ts';
import { runsOf } from '../fuse/runs.ts';
import { greatestCommonDivisor, min } from '../kernels/arithmetic.ts';
import { i32 } from '../wasm/index.ts';
import { bytesOf, chaining, isLarge } from './chaining.ts';
import type { PlanNode } from './node.ts';
import { type ChainStep, type LoopStep, type Task, unique } from './task.ts';

/** How many tasks ahead links are looked for: what lies further apart is seldom related. */
const HORIZON = 24;
/** Bytes that a row may touch: no cache that is near holds more. */
const LARGEST_ROW = 2 ** 21;

/** Chains loops where that brings later ones closer to what earlier ones touched. */
export function chainLoops(tasks: readonly Task[]): Task[] {
  const candidates = tasks.map(linkOf);
  const chained = new Set<Task>();
  return tasks.flatMap((task, i) => {
    if (chained.has(task)) return [];
    const ahead = candidates.slice(i + 1, i + HORIZON).filter(({ task }) => !chained.has(task));
    const chain = chainFrom(candidates[i]!, ahead);
    for (const { task: link } of chain?.links ?? []) chained.add(link);
    return [chain ? taskOf(chain) : task];
  });
}

/** A task, and how it divides if it is a loop over blocks of memory. */
interface Candidate {
  readonly task: Task;
  readonly link: Link | null;
}

interface Link {
  readonly task: Task;
  readonly step: LoopStep;
  /** The loop with as few dimensions as possible. */
  readonly loop: Loop;
  /** Elements of the outermost dimension, and how many a unit of its range has. */
  readonly count: number;
  readonly unit: number;
}

interface Chain {
  readonly links: readonly Link[];
  /** Equal parts of all ranges. */
  readonly rows: number;
  /** Rows that are done at a time. */
  readonly block: number;
}

/** The longest chain that begins with the first task. */
function chainFrom({ task: first, link }: Candidate, ahead: readonly Candidate[]): Chain | null {
  if (!link || ![...first.reads, ...first.writes].some(isLarge)) return null;
  let best: Chain | null = null;
  let links = [link];
  /** Loops that have nothing to do with the chain yet. */
  let waiting: Link[] = [];
  const skipped = new Set<PlanNode>();
  for (const { task, link: next } of ahead) {
    const possible = next && !task.reads.some((node) => skipped.has(node));
    if (possible && !links.some((other) => areNear(other.task, task))) {
      waiting.push(next);
      continue;
    }
    const related = possible ? relatedTo(next, waiting) : [];
    const longer = possible ? chainOf([...links, ...related, next]) : null;
    if (!longer) {
      for (const node of task.writes) skipped.add(node);
      continue;
    }
    links = [...longer.links];
    waiting = waiting.filter((other) => !related.includes(other));
    if (shared(links) > 0) best = longer;
  }
  return best && Math.ceil(best.rows / best.block) >= chaining.fewest ? best : null;
}

function linkOf(task: Task): Candidate {
  const [step] = task.steps;
  const runs = task.steps.length === 1 && step?.kind === 'loop' ? runsOf(step.loop) : null;
  return { task, link: runs && step?.kind === 'loop' ? { task, step, loop: collapse(step.loop), ...runs } : null };
}

/** Those of the links that one leads to: by what one makes for another, or by large values that both read. */
function relatedTo(link: Link, links: readonly Link[]): Link[] {
  const found = new Set<Link>([link]);
  for (const { task } of found) for (const other of links) if (areNear(task, other.task)) found.add(other);
  return links.filter((other) => found.has(other));
}

function areNear(a: Task, b: Task): boolean {
  const feeds = (from: Task, to: Task): boolean => from.writes.some((node) => to.reads.includes(node));
  return feeds(a, b) || feeds(b, a) || a.reads.some((node) => isLarge(node) && b.reads.includes(node));
}

/** The chain of these links, if each finds what it reads of the others in its own block. */
function chainOf(links: readonly Link[]): Chain | null {
  const rows = links.map(({ count }) => count).reduce(greatestCommonDivisor);
  const made = new Set<PlanNode>();
  for (const { loop, step, task } of links) {
    const local = step.operands.every((node, i) => !node || !made.has(node) || isLocal(loop, loop.operands[i]!, node));
    if (!local) return null;
    for (const node of task.writes) made.add(node);
  }
  const nodes = unique(links.flatMap(({ task }) => [...task.reads, ...task.writes]));
  const row = nodes.reduce((sum, node) => sum + (bytesOf(node) >= rows * 4 ? bytesOf(node) / rows : 0), 0);
  const aligned = links.map(({ count, unit }) => unit / greatestCommonDivisor(unit, count / rows));
  const least = Math.max(...aligned);
  const block = Math.max(least, Math.floor(chaining.block / row / least) * least);
  return row * least <= LARGEST_ROW ? { links, rows, block } : null;
}

/** Whether each index of the outermost dimension reads its own part of a node. */
function isLocal({ dims }: Loop, { offset, strides }: Loop['operands'][number], { spec }: PlanNode): boolean {
  const [own, ...inner] = strides as [number, ...number[]];
  const reach = inner.reduce((sum, stride, d) => sum + stride * (dims[d + 1]! - 1), offset);
  return own * dims[0]! === sizeOf(spec.shape) && reach < own;
}

/** How many bytes links find near because others touched them before. */
function shared(links: readonly Link[]): number {
  const touched = new Set<PlanNode>();
  let bytes = 0;
  for (const { task } of links) {
    for (const node of task.reads) if (touched.has(node) && isLarge(node)) bytes += bytesOf(node);
    for (const node of [...task.reads, ...task.writes]) touched.add(node);
  }
  return bytes;
}

function taskOf({ links, rows, block }: Chain): Task {
  const blocks = Math.ceil(rows / block);
  const units = links.map(({ count, unit }) => ((count / rows) * block) / unit);
  const step: ChainStep = {
    kind: 'chain',
    steps: links.map(({ step }) => step),
    blocks,
    emit: (f, actions, begin, end) =>
      f.for(begin, end, 1, (turn) => {
        actions.forEach(({ extent, emit }, i) => {
          const first = f.let(i32.mul(turn, units[i]!));
          const last = f.let(i32.add(first, units[i]!));
          emit(first, f.let(min(last, extent)));
        });
      }),
  };
  return {
    label: `${blocks} blocks of: ${links.map(({ task }) => task.label).join('; ')}`,
    steps: [step],
    reads: unique(links.flatMap(({ task }) => task.reads)),
    writes: links.flatMap(({ task }) => task.writes),
    scratch: 0,
  };
}
