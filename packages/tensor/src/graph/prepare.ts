// All passes in their order: the one road from nodes to a backend.
import type { Backend } from '../backend/contract.ts';
import type { Graph } from './graph.ts';
import { type LinearizeOptions, linearize } from './linearize.ts';
import type { Node } from './node.ts';
import { expand } from './passes/expand.ts';
import { merge } from './passes/merge.ts';
import type { Region } from './passes/rewrite.ts';
import { simplify } from './passes/simplify.ts';

/** The graph of a region, decomposed to a backend's capabilities, cleaned up, merged and listed. */
export function prepare(region: Region, backend: Backend, options: Omit<LinearizeOptions, 'isLeaf'>): Graph {
  const lowered = (roots: readonly Node[]): Node[] => {
    const simple = simplify({ ...region, roots });
    return expand({ ...region, roots: simple }, backend.name, backend.capabilities);
  };
  const once = lowered(region.roots);
  // Decomposed ops can be simplified, and what that brings in may need lowering itself.
  const twice = once.every((root, i) => root === region.roots[i]) ? once : lowered(once);
  return linearize(merge({ ...region, roots: twice }), { ...options, isLeaf: region.isLeaf });
}
