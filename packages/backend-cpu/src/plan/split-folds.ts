// Folds that leave little behind are one unit of work: nothing to share among threads. So that they can be, large ones are
// done in two steps, blocks first. On one thread too: results have the same bits with any number.
import { type Shape, sizeOf } from '@nablajs/tensor';
import { dense } from '../ops/shape.ts';
import { isWhole, type NodeGraph, type Operand, type PlanNode, type ReduceNode, whole } from './node.ts';
import { rewrite } from './rewrite.ts';

/** Elements from which on it is worth it. */
const LEAST = 2 ** 17;
const MOST_BLOCKS = 64;
const FEWEST_BLOCKS = 4;
/** Columns that are enough to share. */
const MANY_COLUMNS = 128;

/** Cuts large folds over everything, or over all but a few columns, into blocks. */
export function splitFolds(graph: NodeGraph): NodeGraph {
  const inRows = foldedInRows(graph);
  return rewrite(graph, (node, renew) => {
    const fresh = { ...node, operands: renew(node.operands) } as PlanNode;
    if (fresh.kind !== 'reduce') return [fresh];
    const visited = sourcesOf(node).some((base) => inRows.has(base));
    return splitFold(fresh, visited ? Number.POSITIVE_INFINITY : MANY_COLUMNS);
  });
}

/** What folds within rows read. Loops that visit the same blocks of rows can add up columns on the way (see chains.ts). */
function foldedInRows({ nodes }: NodeGraph): Set<PlanNode> {
  const folds = nodes.filter(
    ({ kind, attrs, operands }) =>
      kind === 'reduce' && operands[0]!.shape[0] !== 1 && !(attrs['axes'] as readonly number[]).includes(0),
  );
  return new Set(folds.flatMap(sourcesOf));
}

/** The values of its own size that a fold is computed from, which are computed elsewhere. */
function sourcesOf({ operands: [operand] }: PlanNode): PlanNode[] {
  const size = sizeOf(operand!.shape);
  const found = new Set<PlanNode>([operand!.base]);
  for (const { kind, operands } of found)
    if (kind === 'map') for (const { base } of operands) if (sizeOf(base.spec.shape) === size) found.add(base);
  return [...found].filter(({ kind }) => kind !== 'map' && kind !== 'source');
}

/** The fold in two steps, if it is large and leaves less than so many columns. */
function splitFold(node: ReduceNode, manyColumns: number): PlanNode[] {
  const [{ base, shape }] = node.operands as [Operand];
  const axes = node.attrs['axes'] as readonly number[];
  const columns = axes.length === shape.length ? [] : shape.slice(-1);
  const folded = shape.slice(0, shape.length - columns.length);
  const leading = axes.length === folded.length && axes.every((axis, i) => axis === i);
  const blocks = leading ? blocksOf(folded) : 1;
  const worth = sizeOf(shape) >= LEAST && sizeOf(columns) < manyColumns && blocks >= FEWEST_BLOCKS;
  if (!worth || !isWhole(node.operands[0]!)) return [node];
  const cut = [blocks, sizeOf(folded) / blocks, ...columns];
  const parts: ReduceNode = {
    ...node,
    spec: { shape: [blocks, ...columns], dtype: node.spec.dtype },
    attrs: { axes: [1], keepDims: false },
    operands: [{ base, layout: dense(cut), shape: cut }],
  };
  return [
    parts,
    {
      ...node,
      attrs: { ...node.attrs, axes: [0] },
      operands: [whole(parts)],
    },
  ];
}

/** As many blocks as may be, of whole rows of some axis. */
function blocksOf(shape: Shape): number {
  let blocks = 1;
  for (const size of shape) {
    const most = Math.floor(MOST_BLOCKS / blocks);
    if (size > most) {
      let divisor = most;
      while (size % divisor !== 0) divisor--;
      return blocks * divisor;
    }
    blocks *= size;
  }
  return blocks;
}
