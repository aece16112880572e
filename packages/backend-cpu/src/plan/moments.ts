// Normalisation, as layers and gradients write it: sums of x and of (x - mean)^2, and on the way back sums of what is linear
// in x - mean. The latter follow from sums that are needed anyway; the former take one pass together where they are over
// columns, as in batch normalisation.
import { type Spec, sameShape, sizeOf, stridesOf } from '@nablajs/tensor';
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

/** Spares passes where values are centred around their means; `kernel` makes both moments of columns. */
export function fuseMoments(graph: NodeGraph, kernel: KernelLowering): NodeGraph {
  return joinMoments(splitSums(graph), kernel);
}

/** A sum over some axes of a whole value. */
function isSum(node: PlanNode): node is ReduceNode {
  return node.kind === 'reduce' && node.op === 'sum' && node.spec.dtype === 'float32' && isWhole(node.operands[0]!);
}

function axesOf({ attrs }: ReduceNode): readonly number[] {
  return attrs['axes'] as readonly number[];
}

/** The sum of each column: over all axes but the last. */
function isColumnSum(node: PlanNode): node is ReduceNode {
  if (!isSum(node)) return false;
  const [axes, [{ shape }]] = [axesOf(node), node.operands as [Operand]];
  return axes.length > 0 && axes.length === shape.length - 1 && axes.every((axis, i) => axis === i);
}

/** One number for all places along the axes. */
function isStill({ layout, shape }: Operand, axes: readonly number[]): boolean {
  return axes.every((axis) => layout.strides[axis] === 0 || shape[axis] === 1);
}

/** Entries of the axes that a sum leaves. */
function beside<T>(entries: readonly T[], axes: readonly number[]): T[] {
  return entries.filter((_, axis) => !axes.includes(axis));
}

/** What a value is made from, if it is `x - sum(x) / count`. */
function centred(node: PlanNode): { readonly x: Operand; readonly sum: ReduceNode } | null {
  if (node.kind !== 'map' || node.op !== 'sub') return null;
  const [x, mean] = node.operands as [Operand, Operand];
  const scaled = mean.base;
  if (!isWhole(x) || scaled.kind !== 'map' || scaled.op !== 'mul') return null;
  const [a, b] = scaled.operands as [Operand, Operand];
  const [total, share] = a.base.kind === 'source' ? [b, a] : [a, b];
  const sum = total.base;
  if (!isSum(sum) || !isWhole(total) || share.base.kind !== 'source') return null;
  const [of] = sum.operands as [Operand];
  if (of.base !== x.base || !sameShape(of.shape, x.shape) || !isStill(mean, axesOf(sum))) return null;
  const kept = beside(x.shape, axesOf(sum));
  const count = sizeOf(x.shape) / sizeOf(kept);
  const dense = stridesOf(kept);
  const strides = beside(mean.layout.strides, axesOf(sum));
  const aligned = mean.layout.offset === 0 && kept.every((size, axis) => size === 1 || strides[axis] === dense[axis]);
  const isMean = share.layout.strides.every((step) => step === 0) && Math.abs(share.layout.offset * count - 1) < 1e-5;
  return aligned && isMean ? { x, sum } : null;
}

/** Sums of what is linear in values centred along the same axes, which add up to 0, become combinations of other sums. */
function splitSums(graph: NodeGraph): NodeGraph {
  const known = new KnownSums();
  return rewrite(graph, (node, renew) => {
    const fresh = { ...node, operands: renew(node.operands) } as PlanNode;
    if (!isSum(fresh)) return [fresh];
    const same = known.find(fresh.operands[0]!, axesOf(fresh));
    if (same) return [copyOf(same, 0, fresh.spec)];
    const split = splitSum(fresh, known);
    if (!split) known.add(fresh);
    return split ?? [fresh];
  });
}

/** The sums of a graph, by what they add up. */
class KnownSums {
  readonly #sums = new Map<PlanNode, ReduceNode[]>();

  add(sum: ReduceNode): void {
    const { base } = sum.operands[0]!;
    this.#sums.set(base, [...(this.#sums.get(base) ?? []), sum]);
  }

  /** The sum of this operand along these axes. */
  find({ base, shape }: Operand, axes: readonly number[]): ReduceNode | undefined {
    return this.#sums
      .get(base)
      ?.find((sum) => sameShape(sum.operands[0]!.shape, shape) && sameShape(axesOf(sum), axes));
  }
}

/** The nodes that stand for a sum, the sum itself last; `null` when nothing in it is centred. */
function splitSum(sum: ReduceNode, known: KnownSums): PlanNode[] | null {
  const [{ shape }] = sum.operands as [Operand];
  const axes = axesOf(sum);
  const spec = { shape: beside(shape, axes), dtype: sum.spec.dtype };
  const whole = (base: PlanNode): Operand => ({ base, layout: dense(spec.shape), shape: spec.shape });
  const made: PlanNode[] = [];
  const fresh: ReduceNode[] = [];
  let found = false;
  const combine = (node: MapNode, operands: readonly Operand[]): Operand => {
    const combined: MapNode = { ...node, spec, operands };
    made.push(combined);
    return whole(combined);
  };
  /** True for values of the sum's own shape. */
  const fits = (operand: Operand): boolean => isWhole(operand) && sameShape(operand.shape, shape);
  /** The sum of an operand; `null` stands for zeros. */
  const sumOf = (operand: Operand): Operand | null => {
    const { base } = operand;
    const inner = centred(base);
    if (inner && sameShape(inner.x.shape, shape) && sameShape(axesOf(inner.sum), axes)) {
      found = true;
      return null;
    }
    const [a, b] = base.operands as [Operand, Operand];
    if (base.kind === 'map' && base.op === 'neg' && fits(a)) {
      const total = sumOf(a);
      return total && combine(base, [total]);
    }
    if (base.kind === 'map' && base.op === 'add' && fits(a) && fits(b)) {
      const [left, right] = [sumOf(a), sumOf(b)];
      return left && right ? combine(base, [left, right]) : (left ?? right);
    }
    if (base.kind === 'map' && base.op === 'mul' && sameShape(a.shape, shape)) {
      const [factor, rest] = isStill(a, axes) ? [a, b] : [b, a];
      if (isStill(factor, axes) && fits(rest)) {
        const total = sumOf(rest);
        const { offset, strides } = factor.layout;
        const each = { base: factor.base, layout: { offset, strides: beside(strides, axes) }, shape: spec.shape };
        return total && combine(base, [total, each]);
      }
    }
    const same = known.find(operand, axes) ?? fresh.find(({ operands: [of] }) => of!.base === base);
    if (same) return whole(same);
    const leaf: ReduceNode = { ...sum, spec, operands: [operand], attrs: { ...sum.attrs, keepDims: false } };
    made.push(leaf);
    fresh.push(leaf);
    return whole(leaf);
  };
  const total = sumOf(sum.operands[0]!);
  if (!found || total?.base.kind !== 'map' || fresh.length > 1) return null;
  for (const leaf of fresh) known.add(leaf);
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
  return found && isColumnSum(found.sum) && found.x.base.kind !== 'map' ? found.sum : null;
}
