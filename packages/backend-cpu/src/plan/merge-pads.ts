// Gradients of slices are values with zeros around them; what adds them up is one value put together from pieces.
import { sameShape } from '@nablajs/tensor';
import { type Box, boxesOf } from './boxes.ts';
import { isWhole, type NodeGraph, type Operand, type PiecesNode, type PlanNode } from './node.ts';
import { readersOf, rewrite } from './rewrite.ts';

/** Adding zero-padded values whose pieces lie apart is putting the pieces together. */
export function mergePads(graph: NodeGraph): NodeGraph {
  const readers = readersOf(graph.nodes);
  const kept = new Set(graph.outputs);
  const lone = new Set(graph.nodes.filter((node) => !kept.has(node) && readers.get(node)?.length === 1));
  /** Nodes made here that stand for nodes with one reader. */
  const free = new Set<PlanNode>();
  const pads = ({ operands }: { readonly operands: readonly Operand[] }): PiecesNode[] =>
    operands.flatMap((operand) => {
      const { base } = operand;
      return isWhole(operand) && free.has(base) && base.kind === 'pieces' && base.fill === 0 ? [base] : [];
    });
  return rewrite(graph, (node, renew) => {
    const fresh = { ...node, operands: renew(node.operands) } as PlanNode;
    if (lone.has(node)) free.add(fresh);
    if (node.op !== 'add' || node.kind !== 'map') return [fresh];
    const { spec, attrs } = node;
    const [a, b] = pads(fresh).filter((pad) => sameShape(pad.spec.shape, spec.shape));
    if (!a || !b || a === b || !apart([...boxesOf(a), ...boxesOf(b)])) return [fresh];
    const operands = [...a.operands, ...b.operands];
    const corners = [...a.corners, ...b.corners];
    const together: PiecesNode = { kind: 'pieces', op: 'pieces', spec, attrs, operands, fill: 0, corners };
    if (lone.has(node)) free.add(together);
    return [together];
  });
}

function apart(boxes: readonly Box[]): boolean {
  const separate = (a: Box, b: Box): boolean =>
    a.corner.some((low, axis) => low + a.sizes[axis]! <= b.corner[axis]! || b.corner[axis]! + b.sizes[axis]! <= low);
  return boxes.every((a, i) => boxes.slice(i + 1).every((b) => separate(a, b)));
}
