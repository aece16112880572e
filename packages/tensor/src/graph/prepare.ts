// All passes in their order: the one road from nodes to a backend.
import type { Backend } from '../backend/contract.ts';
import type { Graph } from './graph.ts';
import { type LinearizeOptions, linearize } from './linearize.ts';
import { expand } from './passes/expand.ts';
import { merge } from './passes/merge.ts';
import type { Region } from './passes/rewrite.ts';
import { simplify } from './passes/simplify.ts';

/** The graph of a region, decomposed to a backend's capabilities, cleaned up, merged and listed. */
export function prepare(region: Region, backend: Backend, options: Omit<LinearizeOptions, 'isLeaf'>): Graph {
  const steps = [
    simplify,
    (part: Region) => expand(part, backend.name, backend.capabilities),
    simplify,
    // What simplify introduced may need lowering itself.
    (part: Region) => expand(part, backend.name, backend.capabilities),
    merge,
  ];
  const roots = steps.reduce((current, pass) => pass({ ...region, roots: current }), region.roots);
  return linearize(roots, { ...options, isLeaf: region.isLeaf });
}
