// Values put together from rectangles: concatenations, borders, and sums of the two kinds that gradients of slices make.
import { type Shape, sameShape, sizeOf, stridesOf } from '@nablajs/tensor';
import type { Loop } from '../fuse/loop.ts';
import { copySteps } from './copy.ts';
import { cutsOf, dimsOf, spread } from './domain.ts';
import { memoryOrIndex } from './loop-of.ts';
import { loopStep } from './loop-step.ts';
import { isWhole, type NodeGraph, type Operand, type PiecesNode, type PlanNode } from './node.ts';
import { readersOf, rewrite } from './rewrite.ts';
import { type CallStep, type LoopStep, type Task, unique } from './task.ts';

interface Box {
  readonly corner: readonly number[];
  readonly sizes: Shape;
}

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

/** The task that puts a value together. */
export function piecesTask(node: PiecesNode): Task {
  const { operands, spec, op, corners } = node;
  const pieces = operands.flatMap((operand, i): (LoopStep | CallStep)[] => {
    if (sizeOf(operand.shape) === 0) return [];
    const stored = operand.base.kind !== 'source';
    return stored ? copySteps(operand, node, corners[i]!) : [writeStep(node, operand, corners[i]!)];
  });
  const steps = [...gapsOf(node).map((gap) => fillStep(node, gap)), ...pieces];
  return {
    label: `${op} of ${operands.length} -> [${spec.shape.join(', ')}]`,
    steps,
    reads: unique(operands.map(({ base }) => (base.kind === 'source' ? null : base))),
    writes: [node],
    scratch: 0,
  };
}

function boxesOf({ operands, corners }: PiecesNode): Box[] {
  return operands.map(({ shape }, i) => ({ corner: corners[i]!, sizes: shape }));
}

function apart(boxes: readonly Box[]): boolean {
  const separate = (a: Box, b: Box): boolean =>
    a.corner.some((low, axis) => low + a.sizes[axis]! <= b.corner[axis]! || b.corner[axis]! + b.sizes[axis]! <= low);
  return boxes.every((a, i) => boxes.slice(i + 1).every((b) => separate(a, b)));
}

/** Boxes that cover what the pieces leave free; around a single piece they do not overlap it. */
function gapsOf(node: PiecesNode): Box[] {
  const { shape } = node.spec;
  const boxes = boxesOf(node);
  const covered = boxes.reduce((sum, { sizes }) => sum + sizeOf(sizes), 0);
  if (covered === sizeOf(shape)) return [];
  if (boxes.length !== 1 || covered === 0) return [{ corner: shape.map(() => 0), sizes: shape }];
  const [{ corner, sizes }] = boxes as [Box];
  const slab = (axis: number, start: number, length: number): Box => ({
    corner: shape.map((_, i) => (i < axis ? corner[i]! : i === axis ? start : 0)),
    sizes: shape.map((size, i) => (i < axis ? sizes[i]! : i === axis ? length : size)),
  });
  return shape
    .flatMap((size, axis) => {
      const end = corner[axis]! + sizes[axis]!;
      return [slab(axis, 0, corner[axis]!), slab(axis, end, size - end)];
    })
    .filter((box) => sizeOf(box.sizes) > 0);
}

function fillStep(node: PiecesNode, { corner, sizes }: Box): LoopStep {
  const base: PlanNode = { kind: 'source', op: 'fill', spec: { ...node.spec, shape: sizes }, attrs: {}, operands: [] };
  const layout = { offset: node.fill, strides: sizes.map(() => 0) };
  return writeStep(node, { base, layout, shape: sizes }, corner);
}

/** Writes an operand that lies nowhere in memory. */
function writeStep(node: PiecesNode, operand: Operand, corner: readonly number[]): LoopStep {
  const strides = stridesOf(node.spec.shape);
  const cuts = cutsOf(operand.shape);
  const dims = dimsOf(cuts);
  const { term, operands } = memoryOrIndex(operand, cuts, 0);
  const loop: Loop = {
    dims,
    reduced: dims.map(() => false),
    operands,
    terms: [term],
    results: [
      {
        kind: 'store',
        term: 0,
        offset: corner.reduce((sum, index, axis) => sum + index * strides[axis]!, 0),
        strides: spread(operand.shape, strides, cuts, (stride, by) => stride * by),
      },
    ],
    padded: false,
  };
  return loopStep(
    loop,
    operands.map(() => null),
    [node],
  );
}
