import type { Kernel } from '../kernels/kernel.ts';
import type { NodeGraph } from '../plan/node.ts';
import type { Lowering } from './lowering.ts';

/** Ops that are loaded together, with what only they need. */
export interface Family<Op extends string = string> {
  /** How each op becomes code. */
  readonly rows: Readonly<Record<Op, Lowering>>;
  /** Every kernel that their plans call. */
  readonly kernels: readonly Kernel[];
  /** A simplification of graphs that have such ops. */
  readonly pass?: (graph: NodeGraph) => NodeGraph;
}
