// All passes in their order: the one road from nodes to a backend.
import type { Backend } from '../backend/contract.ts';
import type { Graph } from './graph.ts';
import { type LinearizeOptions, linearize } from './linearize.ts';
import type { Node } from './node.ts';
import { expand } from './passes/expand.ts';
import { merge } from './passes/merge.ts';
import type { Pass, Region } from './passes/rewrite.ts';
import { simplify } from './passes/simplify.ts';

/** What {@link prepare} is told besides the region and the backend. */
export interface PrepareOptions extends Omit<LinearizeOptions, 'isLeaf'> {
  /** The pass that lowers the precision, where it is to be another than written. */
  readonly cast?: Pass | undefined;
}

/**
 * The graph of a region, decomposed to a backend's capabilities, cleaned up, cast to a precision, merged and listed.
 * @throws UnsupportedOpError for what the backend cannot do
 */
export function prepare(region: Region, backend: Backend, options: PrepareOptions): Graph {
  const { cast, ...inputs } = options;
  const lowered = (roots: readonly Node[]): Node[] => {
    const simple = simplify({ ...region, roots });
    return expand({ ...region, roots: simple }, backend.name, backend.capabilities);
  };
  const once = lowered(region.roots);
  // Decomposed ops can be simplified, and what that brings in may need lowering itself.
  const twice = once.every((root, i) => root === region.roots[i]) ? once : lowered(once);
  const typed = cast ? cast({ ...region, roots: twice }) : twice;
  return linearize(merge({ ...region, roots: typed }), { ...inputs, isLeaf: region.isLeaf });
}
