import type { NodeGraph, Operand, PlanNode } from './node.ts';

/** Who reads each node, once per operand. */
export function readersOf(nodes: readonly PlanNode[]): Map<PlanNode, PlanNode[]> {
  const readers = new Map<PlanNode, PlanNode[]>();
  for (const node of nodes) {
    for (const { base } of node.operands) {
      const list = readers.get(base);
      if (list) list.push(node);
      else readers.set(base, [node]);
    }
  }
  return readers;
}

/** Operands as they are in the graph being made. */
export type Renew = (operands: readonly Operand[]) => Operand[];

/**
 * Makes a graph anew, node by node. `visit` says what stands for a node: another, several of which the last counts, or
 * nothing, when nobody will read it.
 */
export function rewrite(
  { nodes, outputs }: NodeGraph,
  visit: (node: PlanNode, renew: Renew) => readonly PlanNode[],
): NodeGraph {
  const replacement = new Map<PlanNode, PlanNode>();
  const renew: Renew = (operands) => operands.map((operand) => ({ ...operand, base: replacement.get(operand.base)! }));
  const result: PlanNode[] = [];
  for (const node of nodes) {
    const made = visit(node, renew);
    result.push(...made);
    if (made.length > 0) replacement.set(node, made.at(-1)!);
  }
  return { nodes: result, outputs: outputs.map((node) => replacement.get(node)!) };
}
