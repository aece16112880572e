// Values outside compiled functions: what is asked for becomes one graph, together with all variables waiting for theirs.
import type { Backend } from '../backend/contract.ts';
import { resolveBackend } from '../backend/current.ts';
import type { Node } from '../graph/node.ts';
import { type Outline, outlineOf } from '../graph/outline.ts';
import type { Region, Wrap } from '../graph/passes/rewrite.ts';
import { prepare } from '../graph/prepare.ts';
import { captureSite, siteText } from '../site.ts';
import { executableFor } from './executables.ts';
import { backendOf, endLeases, lease } from './lease.ts';
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
  const site = siteText(captureSite());
  return enqueue(() => evaluateNow(nodes, wrap, { site }));
}

/** {@link evaluate} for callers that already have their turn in the queue, and may prefer a backend to the current one. */
export async function evaluateNow(
  nodes: readonly Node[],
  wrap: Wrap,
  { site, on }: { readonly site?: string | undefined; readonly on?: Backend } = {},
): Promise<void> {
  const wanted = new Set(nodes);
  for (const holder of waiting) wanted.add(holder.node);
  waiting.clear();
  const roots = [...wanted].filter((node) => !node.isLeaf);
  if (roots.length === 0) return;

  const region: Region = { roots, isLeaf: (node) => node.isLeaf, wrap };
  const watch = watchNumerics(region);
  const all = watch ? [...roots, watch.root] : roots;
  const { outline, leaves, order } = outlineOf(all);
  const backend = backendOf(leaves) ?? on ?? (await resolveBackend());
  const executable = await executableFor(backend, outline, () =>
    prepare({ ...region, roots: all }, backend, { inputs: leaves }),
  );
  const leases = leaves.map((leaf) => lease(leaf, backend));
  const outputs = await executable.run(leases.map(({ buffer }) => buffer)).finally(() => endLeases(leases));
  const storages = outputs.map((buffer) => new Storage(buffer));
  if (watch) await reportNumerics(watch, storages.at(-1)!);
  // Collected before any root settles, for settling drops the history they are read from.
  const origins = roots.map((_, i) => leavesBelow(outline, outline.roots[i]!, order));
  for (const [i, root] of roots.entries()) root.settle(storages[i]!, origins[i]!, site);
  await ledgerOf(backend).settle();
}

function leavesBelow(outline: Outline, root: number, order: readonly Node[]): Set<Node> {
  const found = new Set<Node>();
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
