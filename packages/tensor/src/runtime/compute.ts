// Graphs outside compiled functions, computed. Imported when the first one is: pages that only run compiled functions on
// values from the host do without.
import type { Backend, Buffer } from '../backend/contract.ts';
import { resolveBackend } from '../backend/current.ts';
import { debugState } from '../debug.ts';
import { History } from '../graph/history.ts';
import type { Node } from '../graph/node.ts';
import { type Outline, outlineOf } from '../graph/outline.ts';
import type { Region, Wrap } from '../graph/passes/rewrite.ts';
import { prepare } from '../graph/prepare.ts';
import { Trace, withTrace } from '../trace.ts';
import type { EvaluateOptions, Holder } from './evaluate.ts';
import { executableFor } from './executables.ts';
import { endLeases, type Lease, lease, requireBackend } from './lease.ts';
import { ledgerOf, Storage } from './storage.ts';

/** Computes nodes together with what holders are waiting for, who wait no longer. */
export async function compute(
  nodes: readonly Node[],
  waiting: Set<Holder>,
  wrap: Wrap,
  options: EvaluateOptions,
): Promise<void> {
  const asked = new Set(nodes.filter((node) => !node.isLeaf));
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

/** Each root becomes a leaf that remembers what it rests on. */
async function computeRoots(roots: readonly Node[], wrap: Wrap, { site, on }: EvaluateOptions): Promise<void> {
  // Nodes that passes make belong to no computation of the user's, and are never computed by themselves.
  const passes = new Trace('evaluation');
  const region: Region = { roots, isLeaf: (node) => node.isLeaf, wrap };
  const numerics = debugState.checkNumerics ? await import('./numerics.ts') : null;
  const watch = numerics && withTrace(passes, () => numerics.watchNumerics(region));
  const all = watch ? [...roots, watch.root] : roots;
  const { outline, leaves, order } = outlineOf(all);
  const backend = backendOf(leaves) ?? on ?? (await resolveBackend());
  const executable = await executableFor(backend, outline, () =>
    withTrace(passes, () => prepare({ ...region, roots: all }, backend, { inputs: leaves })),
  );
  const outputs = await withLeases(leaves, backend, (buffers) => executable.run(buffers));
  const storages = outputs.map((buffer) => new Storage(buffer));
  if (numerics && watch) await numerics.reportNumerics(watch, storages.at(-1)!);
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

/** The backend that stored leaves live on, or `null` when all are on the host. Throws when there are two. */
function backendOf(leaves: readonly Node[]): Backend | null {
  let found: Storage | null = null;
  for (const { source } of leaves) {
    if (source?.kind !== 'stored') continue;
    if (found) requireBackend(source.storage, found.backend);
    found = source.storage;
  }
  return found?.backend ?? null;
}

/** All leaves as buffers, handed to `f`; what was leased for it only is freed afterwards. */
async function withLeases<T>(
  leaves: readonly Node[],
  backend: Backend,
  f: (buffers: readonly Buffer[]) => Promise<T>,
): Promise<T> {
  const leases: Lease[] = [];
  try {
    for (const leaf of leaves) leases.push(lease(leaf, backend));
    return await f(leases.map(({ buffer }) => buffer));
  } finally {
    endLeases(leases);
  }
}
