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
 * nothing, when nobody will read it. Nodes that lose all their readers go.
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
  const ends = outputs.map((node) => replacement.get(node)!);
  return { nodes: needed(result, ends), outputs: ends };
}

/** Nodes that outputs depend on, and everything that is supplied. */
function needed(nodes: readonly PlanNode[], outputs: readonly PlanNode[]): PlanNode[] {
  const wanted = new Set<PlanNode>(outputs);
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i]!;
    if (wanted.has(node)) for (const { base } of node.operands) wanted.add(base);
  }
  return nodes.filter((node) => wanted.has(node) || node.kind === 'input' || node.kind === 'constant');
}
