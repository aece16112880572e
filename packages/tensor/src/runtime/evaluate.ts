// Values outside compiled functions: what is asked for becomes one graph, together with all variables waiting for theirs.
import type { Backend } from '../backend/contract.ts';
import type { Node } from '../graph/node.ts';
import type { Wrap } from '../graph/passes/rewrite.ts';
import { captureSite, siteText } from '../site.ts';
import { enqueue } from './queue.ts';

/** Something whose current node should be computed: a variable, or a tensor at the end of a long chain. */
export interface Holder {
  readonly node: Node;
}

const waiting = new Set<Holder>();
let scheduled = false;
let computation: typeof import('./compute.ts') | null = null;

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
export function evaluateNow(nodes: readonly Node[], wrap: Wrap, options: EvaluateOptions = {}): Promise<void> {
  if (!isWorkWaiting(nodes)) return Promise.resolve();
  if (computation) return computation.compute(nodes, waiting, wrap, options);
  return import('./compute.ts').then((loaded) => {
    computation = loaded;
    return loaded.compute(nodes, waiting, wrap, options);
  });
}
