// Batch normalisation, as layers and gradients write it: sums of x and of (x - mean)^2, and on the way back sums of what is
// linear in x - mean. The former take one pass together; the latter follow from sums that are needed anyway.
import { type Spec, sameShape, sizeOf } from '@nablajs/tensor';
import type { KernelLowering } from '../ops/lowering.ts';
import { dense } from '../ops/shape.ts';
import {
  COPY,
  isWhole,
  type KernelNode,
  type MapNode,
  type NodeGraph,
  type Operand,
  type PlanNode,
  type ReduceNode,
} from './node.ts';
import { rewrite } from './rewrite.ts';

/** Spares passes where values are centred around the means of their columns; `kernel` makes both moments. */
export function fuseMoments(graph: NodeGraph, kernel: KernelLowering): NodeGraph {
  return joinMoments(splitSums(graph), kernel);
}

/** The sum of each column: over all axes but the last, of a whole value. */
function isColumnSum(node: PlanNode): node is ReduceNode {
  if (node.kind !== 'reduce' || node.op !== 'sum' || node.spec.dtype !== 'float32') return false;
  const [x] = node.operands as [Operand];
  const axes = node.attrs['axes'] as readonly number[];
  return isWhole(x) && axes.length > 0 && axes.length === x.shape.length - 1 && axes.every((axis, i) => axis === i);
}

/** One number for each column. */
function isPerColumn({ layout, shape }: Operand): boolean {
  return layout.strides.every((stride, axis) => stride === 0 || shape[axis] === 1 || axis === shape.length - 1);
}

/** What a value is made from, if it is `x - sum(x) / rows`. */
function centred(node: PlanNode): { readonly x: Operand; readonly sum: ReduceNode } | null {
  if (node.kind !== 'map' || node.op !== 'sub') return null;
  const [x, mean] = node.operands as [Operand, Operand];
  const scaled = mean.base;
  if (!isWhole(x) || !isPerColumn(mean) || scaled.kind !== 'map' || scaled.op !== 'mul') return null;
  const [a, b] = scaled.operands as [Operand, Operand];
  const [total, share] = a.base.kind === 'source' ? [b, a] : [a, b];
  const sum = total.base;
  if (!isColumnSum(sum) || !isWhole(total) || share.base.kind !== 'source') return null;
  const [of] = sum.operands as [Operand];
  const columns = x.shape.at(-1)!;
  const rows = sizeOf(x.shape) / columns;
  const aligned = mean.layout.offset === 0 && (columns === 1 || mean.layout.strides.at(-1) === 1);
  const isMean = share.layout.strides.every((step) => step === 0) && Math.abs(share.layout.offset * rows - 1) < 1e-5;
  return aligned && isMean && of.base === x.base && sameShape(of.shape, x.shape) ? { x, sum } : null;
}

/** Sums over columns of what is linear in centred values, which add up to 0, become combinations of other sums. */
function splitSums(graph: NodeGraph): NodeGraph {
  const sums = new Map<PlanNode, ReduceNode>();
  return rewrite(graph, (node, renew) => {
    const fresh = { ...node, operands: renew(node.operands) } as PlanNode;
    if (!isColumnSum(fresh)) return [fresh];
    const { base } = fresh.operands[0]!;
    const known = sums.get(base);
    if (known) return [copyOf(known, 0, fresh.spec)];
    const split = splitSum(fresh, sums);
    if (!split) sums.set(base, fresh);
    return split ?? [fresh];
  });
}

/** The nodes that stand for a sum, the sum itself last; `null` when nothing in it is centred. */
function splitSum(sum: ReduceNode, sums: Map<PlanNode, ReduceNode>): PlanNode[] | null {
  const [{ shape }] = sum.operands as [Operand];
  const spec = { shape: [shape.at(-1)!], dtype: sum.spec.dtype };
  const whole = (base: PlanNode): Operand => ({ base, layout: dense(spec.shape), shape: spec.shape });
  const made: PlanNode[] = [];
  const fresh: ReduceNode[] = [];
  let found = false;
  const combine = (node: MapNode, operands: readonly Operand[]): Operand => {
    const combined: MapNode = { ...node, spec, operands };
    made.push(combined);
    return whole(combined);
  };
  /** The sum of an operand; `null` stands for zeros. */
  const sumOf = ({ base }: Operand): Operand | null => {
    if (centred(base)) {
      found = true;
      return null;
    }
    const [a, b] = base.operands as [Operand, Operand];
    if (base.kind === 'map' && base.op === 'neg' && isWhole(a)) {
      const total = sumOf(a);
      return total && combine(base, [total]);
    }
    if (base.kind === 'map' && base.op === 'add' && isWhole(a) && isWhole(b)) {
      const [left, right] = [sumOf(a), sumOf(b)];
      return left && right ? combine(base, [left, right]) : (left ?? right);
    }
    if (base.kind === 'map' && base.op === 'mul') {
      const [factor, rest] = isPerColumn(a) ? [a, b] : [b, a];
      if (isPerColumn(factor) && isWhole(rest)) {
        const total = sumOf(rest);
        const { offset, strides } = factor.layout;
        const column = { base: factor.base, layout: { offset, strides: strides.slice(-1) }, shape: spec.shape };
        return total && combine(base, [total, column]);
      }
    }
    const known = sums.get(base) ?? fresh.find(({ operands: [of] }) => of!.base === base);
    if (known) return whole(known);
    const operand = { base, layout: dense(shape), shape };
    const leaf: ReduceNode = { ...sum, spec, operands: [operand], attrs: { ...sum.attrs, keepDims: false } };
    made.push(leaf);
    fresh.push(leaf);
    return whole(leaf);
  };
  const total = sumOf(sum.operands[0]!);
  if (!found || total?.base.kind !== 'map' || fresh.length > 1) return null;
  for (const leaf of fresh) sums.set(leaf.operands[0]!.base, leaf);
  made[made.length - 1] = { ...total.base, spec: sum.spec };
  return made;
}

/** The two sums that make a mean and a variance become one kernel. */
function joinMoments(graph: NodeGraph, kernel: KernelLowering): NodeGraph {
  const squares = new Map<PlanNode, ReduceNode>();
  for (const node of graph.nodes) {
    const sum = isColumnSum(node) ? varianceOf(node) : null;
    if (sum) squares.set(node, sum);
  }
  const firsts = new Set(squares.values());
  const kernels = new Map<PlanNode, KernelNode>();
  return rewrite(graph, (node, renew) => {
    const fresh = { ...node, operands: renew(node.operands) } as PlanNode;
    const sum = squares.get(node) ?? (firsts.has(node as ReduceNode) ? (node as ReduceNode) : null);
    if (!sum) return [fresh];
    const columns = sizeOf(sum.spec.shape);
    const known = kernels.get(sum);
    const both = known ?? momentsOf(fresh, columns, kernel);
    kernels.set(sum, both);
    const copy = copyOf(both, sum === node ? 0 : columns, node.spec);
    return known ? [copy] : [both, copy];
  });
}

/** Numbers of a node from number `offset` on as a value of their own. */
function copyOf(base: PlanNode, offset: number, spec: Spec): MapNode {
  const operand = { base, layout: { offset, strides: [1] }, shape: [sizeOf(spec.shape)] };
  return { kind: 'map', op: 'copy', spec, attrs: {}, operands: [operand], lowering: COPY };
}

function momentsOf(sum: PlanNode, columns: number, lowering: KernelLowering): KernelNode {
  const spec = { shape: [2, columns], dtype: sum.spec.dtype };
  const epilogue = { bias: false, relu: false };
  return { kind: 'kernel', op: 'moments', spec, attrs: {}, operands: sum.operands, lowering, result: spec, epilogue };
}

/** The sum that the mean comes from, if a node is the sum of squared distances from the mean of a value in memory. */
function varianceOf({ operands: [squared] }: ReduceNode): ReduceNode | null {
  const { base } = squared!;
  if (base.kind !== 'map' || base.op !== 'mul') return null;
  const [a, b] = base.operands as [Operand, Operand];
  if (a.base !== b.base || !isWhole(a) || !isWhole(b)) return null;
  const found = centred(a.base);
  // What a loop computes on the way would have to be stored first.
  return found && found.x.base.kind !== 'map' ? found.sum : null;
}
