// Values outside compiled functions: what is asked for becomes one graph, together with all variables waiting for theirs.
import type { Backend } from '../backend/contract.ts';
import { resolveBackend } from '../backend/current.ts';
import { History } from '../graph/history.ts';
import type { Node } from '../graph/node.ts';
import { type Outline, outlineOf } from '../graph/outline.ts';
import type { Region, Wrap } from '../graph/passes/rewrite.ts';
import { prepare } from '../graph/prepare.ts';
import { captureSite, siteText } from '../site.ts';
import { Trace, withTrace } from '../trace.ts';
import { executableFor } from './executables.ts';
import { backendOf, withLeases } from './lease.ts';
import { reportNumerics, watchNumerics } from './numerics.ts';
import { enqueue } from './queue.ts';
import { ledgerOf, Storage } from './storage.ts';

/** Something whose current node should be computed: a variable, or a tensor at the end of a long chain. */
export interface Holder {
  readonly node: Node;
}

const waiting = new Set<Holder>();
let scheduled = false;

/** Computes a holder's node in the background, with whatever is evaluated next or in a later microtask. */
export function evaluateSoon(holder: Holder, wrap: Wrap): void {
  waiting.add(holder);
  if (scheduled) return;
  scheduled = true;
  queueMicrotask(() => {
    scheduled = false;
    // An error here comes back to whoever reads the value.
    evaluate([], wrap).catch(() => undefined);
  });
}

/** Computes nodes, which become leaves. */
export function evaluate(nodes: readonly Node[], wrap: Wrap): Promise<void> {
  // As text at once: a call stack kept for later would hold on to what was on it.
  const site = nodes.some((node) => !node.isLeaf) ? siteText(captureSite()) : undefined;
  return enqueue(() => evaluateNow(nodes, wrap, { site }));
}

/** Who asked, and the backend preferred to the current one. */
export interface EvaluateOptions {
  readonly site?: string | undefined;
  readonly on?: Backend;
}

/** Whether {@link evaluateNow} would have anything to do. */
export function isWorkWaiting(nodes: readonly Node[]): boolean {
  return waiting.size > 0 || nodes.some((node) => !node.isLeaf);
}

/** {@link evaluate} for callers that already have their turn in the queue. */
export async function evaluateNow(nodes: readonly Node[], wrap: Wrap, options: EvaluateOptions = {}): Promise<void> {
  const asked = new Set(nodes.filter((node) => !node.isLeaf));
  if (asked.size + waiting.size === 0) return;
  const all = new Set(asked);
  for (const { node } of waiting) if (!node.isLeaf) all.add(node);
  waiting.clear();
  if (all.size === 0) return;
  try {
    await computeRoots([...all], wrap, options);
  } catch (error) {
    // What merely came along must not spoil what was asked for.
    if (asked.size === 0 || asked.size === all.size) throw error;
    await computeRoots([...asked], wrap, options);
  }
}

async function computeRoots(roots: readonly Node[], wrap: Wrap, { site, on }: EvaluateOptions): Promise<void> {
  // Nodes that passes make belong to no computation of the user's, and are never computed by themselves.
  const passes = new Trace('evaluation');
  const region: Region = { roots, isLeaf: (node) => node.isLeaf, wrap };
  const watch = withTrace(passes, () => watchNumerics(region));
  const all = watch ? [...roots, watch.root] : roots;
  const { outline, leaves, order } = outlineOf(all);
  const backend = backendOf(leaves) ?? on ?? (await resolveBackend());
  const executable = await executableFor(backend, outline, () =>
    withTrace(passes, () => prepare({ ...region, roots: all }, backend, { inputs: leaves })),
  );
  const outputs = await withLeases(leaves, backend, (buffers) => executable.run(buffers));
  const storages = outputs.map((buffer) => new Storage(buffer));
  if (watch) await reportNumerics(watch, storages.at(-1)!);
  // Made before any root settles, for settling drops what they are read from.
  const generations = History.generations(leaves);
  const histories = roots.map((_, i) => new History(leavesBelow(outline, outline.roots[i]!, order), generations, site));
  for (const [i, root] of roots.entries()) root.settle(storages[i]!, histories[i]!);
  await ledgerOf(backend).settle();
}

function leavesBelow(outline: Outline, root: number, order: readonly Node[]): WeakSet<Node> {
  const found = new WeakSet<Node>();
  const seen = new Uint8Array(order.length);
  const stack = [root];
  while (stack.length > 0) {
    const at = stack.pop()!;
    if (seen[at]) continue;
    seen[at] = 1;
    if (outline.ops[at] === null) found.add(order[at]!);
    for (const operand of outline.operands[at]!) stack.push(operand);
  }
  return found;
}
