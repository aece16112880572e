// Values put together from rectangles: concatenations, borders, and what merge-pads.ts makes of sums.
import { sizeOf, stridesOf } from '@nablajs/tensor';
import type { Loop } from '../fuse/loop.ts';
import { type Box, boxesOf } from './boxes.ts';
import type { copySteps } from './copy.ts';
import { cutsOf, dimsOf, spread } from './domain.ts';
import { memoryOrIndex } from './loop-of.ts';
import { loopStep } from './loop-step.ts';
import type { Operand, PiecesNode, PlanNode } from './node.ts';
import { type CallStep, type LoopStep, type Task, unique } from './task.ts';

/** The task that puts a value together. `copy` makes the steps of pieces that lie in memory: it is loaded with copies. */
export function piecesTask(node: PiecesNode, copy: typeof copySteps): Task {
  const { operands, spec, op, corners } = node;
  const pieces = operands.flatMap((operand, i): (LoopStep | CallStep)[] => {
    if (sizeOf(operand.shape) === 0) return [];
    const stored = operand.base.kind !== 'source';
    return stored ? copy(operand, node, corners[i]!) : [writeStep(node, operand, corners[i]!)];
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
