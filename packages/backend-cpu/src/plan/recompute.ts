// Writing a value and reading it again costs more than one instruction: cheap ones are computed wherever they are needed.
import { sizeOf } from '@nablajs/tensor';
import { fuses, isLoop } from './groups.ts';
import { isWhole, type MapNode, type NodeGraph, type PlanNode } from './node.ts';
import { readersOf, rewrite } from './rewrite.ts';

/** Gives each loop that reads a cheap value its own copy of the computation. */
export function recomputeCheap(graph: NodeGraph): NodeGraph {
  const readers = readersOf(graph.nodes);
  const kept = new Set(graph.outputs);
  const cheap = new Set<PlanNode>();
  for (const node of graph.nodes) {
    const users = readers.get(node) ?? [];
    if (node.kind !== 'map' || kept.has(node) || users.length < 2 || node.lowering.cost > 1) continue;
    const swallowed = users.every(
      (user) => isLoop(user) && user.operands.every((operand) => operand.base !== node || fuses(user, operand)),
    );
    if (swallowed && readsOneStored(node, readers, cheap)) cheap.add(node);
  }
  return rewrite(graph, (node, renew) => {
    if (cheap.has(node)) return [];
    const copies = new Map<PlanNode, PlanNode>();
    const operands = node.operands.map((operand) => {
      const { base } = operand;
      if (!cheap.has(base)) return renew([operand])[0]!;
      const copy = copies.get(base) ?? ({ ...base, operands: renew(base.operands) } as PlanNode);
      copies.set(base, copy);
      return { ...operand, base: copy };
    });
    return [...copies.values(), { ...node, operands }];
  });
}

/** True when all it reads, but for one value of its size that lies in memory anyway, is smaller. */
function readsOneStored(
  node: MapNode,
  readers: ReadonlyMap<PlanNode, readonly PlanNode[]>,
  cheap: ReadonlySet<PlanNode>,
): boolean {
  const size = sizeOf(node.spec.shape);
  const large = node.operands.filter(({ base }) => base.kind !== 'source' && sizeOf(base.spec.shape) >= size);
  const [operand] = large;
  if (large.length !== 1 || !operand || !isWhole(operand)) return false;
  const { base } = operand;
  return base.kind !== 'map' || (!cheap.has(base) && readers.get(base)!.length > 1);
}
