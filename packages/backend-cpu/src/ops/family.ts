import type { Kernel } from '../kernels/kernel.ts';
import type { NodeGraph } from '../plan/node.ts';
import type { Lowering } from './lowering.ts';

/** What fetches kernels, by their names. */
export type LaterKernels = Readonly<Record<string, () => Promise<Kernel>>>;

/** Ops that are loaded together, with what only they need. */
export interface Family<Op extends string = string> {
  /** How each op becomes code. */
  readonly rows: Readonly<Record<Op, Lowering>>;
  /** Kernels that their plans call. */
  readonly kernels: readonly Kernel[];
  /** Kernels of few programs, by name: fetched when a plan calls them. */
  readonly later?: LaterKernels;
  /** A simplification of graphs that have such ops. */
  readonly pass?: (graph: NodeGraph) => NodeGraph;
}
