// Behind ReLU the gradient of a window with NaN is zero, for NaN is not above zero: which of its cells is NaN need not be known.
import { type Attrs, type Graph, type Instruction, specOf } from '@nablajs/tensor';
import { makerOf, withCode } from './uses.ts';

/** Marks the gradients of pools that ReLU follows: `gated` is true where the gradient of every window with NaN is zero. */
export function markGatedPools(graph: Graph): Graph {
  const marked = new Map<number, Instruction>();
  graph.code.forEach((slope, at) => {
    if (slope.op !== 'maxPoolGradient' || !isGated(graph, slope)) return;
    marked.set(at, { ...slope, attrs: { ...slope.attrs, gated: true } });
  });
  return withCode(graph, marked);
}

function isGated(graph: Graph, { operands: [x, dy], attrs }: Instruction): boolean {
  const choice = makerOf(graph, dy!);
  if (choice?.op !== 'where' || !isZero(graph, choice.operands[2]!)) return false;
  const mask = makerOf(graph, choice.operands[0]!);
  if (mask?.op !== 'less' || !isZero(graph, mask.operands[0]!)) return false;
  const above = makerOf(graph, mask.operands[1]!);
  const pool = above?.op === 'relu' ? makerOf(graph, above.operands[0]!) : above;
  return pool?.op === 'maxPool' && pool.operands[0] === x && sameWindows(pool.attrs, attrs);
}

/** Whether a value is the number 0. */
export function isZero(graph: Graph, value: number): boolean {
  const maker = makerOf(graph, value);
  return maker?.op === 'full' && maker.attrs['value'] === 0 && specOf(graph, value).shape.length === 0;
}

/** Whether two pools have the same windows. */
export function sameWindows(a: Attrs, b: Attrs): boolean {
  return ['window', 'strides', 'padding'].every((key) => JSON.stringify(a[key]) === JSON.stringify(b[key]));
}
