// Cross-entropy as losses write it, sum(t * logSoftmax(x)), and as its gradient comes: g t - e^logSoftmax(x) sum(g t). Two
// kernels take the scores to losses and to slopes; what lies between is never written down.
import { type DType, sameShape, sizeOf } from '@nablajs/tensor';
import type { KernelLowering } from '../ops/lowering.ts';
import {
  COPY,
  isWhole,
  type KernelNode,
  type MapNode,
  type NodeGraph,
  type Operand,
  type PlanNode,
  type ReduceNode,
  whole,
} from './node.ts';
import { readersOf, rewrite } from './rewrite.ts';

/** Kernels for a truth in rows, and for one that is given as numbers of columns. */
export interface CrossEntropyKernels {
  readonly rows: KernelPair;
  readonly labels: KernelPair;
}

interface KernelPair {
  readonly losses: KernelLowering;
  readonly gradient: KernelLowering;
}

/** What a loss is made of, and its gradient if there is one. */
interface Entropy {
  readonly scores: Operand;
  readonly truth: Operand;
  readonly product: MapNode;
  readonly sum: ReduceNode;
  readonly slope: { readonly node: MapNode; readonly g: Operand } | null;
  /** Nodes that nobody needs any more. */
  readonly gone: readonly PlanNode[];
}

/** Finds cross-entropies and gives them kernels of their own. */
export function fuseCrossEntropy(graph: NodeGraph, kernels: CrossEntropyKernels): NodeGraph {
  const readers = readersOf(graph.nodes);
  const kept = new Set(graph.outputs);
  const inside = (node: PlanNode): readonly PlanNode[] | null => (kept.has(node) ? null : (readers.get(node) ?? []));
  const found = graph.nodes.flatMap((node) => (node.op === 'logSoftmax' ? (entropyOf(node, inside) ?? []) : []));
  const gone = new Set(found.flatMap((entropy) => entropy.gone));
  const losses = new Map<PlanNode, Entropy>(found.map((entropy) => [entropy.sum, entropy]));
  const slopes = new Map<PlanNode, Entropy>(
    found.flatMap((entropy) => (entropy.slope ? [[entropy.slope.node, entropy]] : [])),
  );
  const made = new Map<Entropy, { readonly nodes: PlanNode[]; readonly truth: Operand; readonly kernel: KernelNode }>();
  /** The losses of rows and what else is known of them, made when first asked for. */
  const statistics = (entropy: Entropy, renew: (operands: readonly Operand[]) => Operand[]): PlanNode[] => {
    if (made.has(entropy)) return [];
    const [scores, truth] = renew([entropy.scores, entropy.truth]) as [Operand, Operand];
    const labels = labelsOf(truth);
    const { operand, nodes } = inOrder(labels ?? truth);
    const { shape } = scores;
    const spec = { shape: [4, sizeOf(shape) / shape.at(-1)!], dtype: 'float32' as DType };
    const kernel = call('crossEntropy', (labels ? kernels.labels : kernels.rows).losses, [scores, operand], spec);
    made.set(entropy, { nodes, truth: operand, kernel });
    return [...nodes, kernel];
  };
  return rewrite(graph, (node, renew) => {
    if (gone.has(node)) return [];
    const [loss, slope] = [losses.get(node), slopes.get(node)];
    if (loss) {
      const before = statistics(loss, renew);
      return [...before, copyOf({ base: made.get(loss)!.kernel, ...flat(sizeOf(node.spec.shape)) }, node)];
    }
    if (slope) {
      const before = statistics(slope, renew);
      const { truth, kernel } = made.get(slope)!;
      const [scores, g] = renew([slope.scores, slope.slope!.g]) as [Operand, Operand];
      const each = inOrder(perRow(g));
      const pair = truth.base.spec.dtype === 'int32' ? kernels.labels : kernels.rows;
      const operands = [scores, truth, whole(kernel), each.operand];
      return [...before, ...each.nodes, call('crossEntropyGradient', pair.gradient, operands, node.spec)];
    }
    return [{ ...node, operands: renew(node.operands) }];
  });
}

type Inside = (node: PlanNode) => readonly PlanNode[] | null;

/** The cross-entropy that the logarithm of softmax is for, if it is for nothing else. */
function entropyOf(node: PlanNode, inside: Inside): Entropy | null {
  const users = inside(node);
  const [scores] = node.operands as [Operand];
  const product = users?.find((user): user is MapNode => user.kind === 'map' && user.op === 'mul');
  if (!users || !product || users.length > 2) return null;
  const [a, b] = product.operands as [Operand, Operand];
  const [own, truth] = a.base === node ? [a, b] : [b, a];
  const [sum, ...others] = inside(product) ?? [];
  const fits = isWhole(own) && truth.base !== node && sum?.kind === 'reduce' && others.length === 0;
  if (!fits || !isRowSum(sum, product)) return null;
  const power = users.find((user) => user !== product);
  if (!power) return { scores, truth, product, sum, slope: null, gone: [node, product] };
  const slope = power.op === 'exp' && power.kind === 'map' ? slopeOf(power, truth, inside) : null;
  return slope && { scores, truth, product, sum, slope, gone: [node, product, power, ...slope.gone] };
}

function isRowSum(node: PlanNode, of: PlanNode): node is ReduceNode {
  if (node.kind !== 'reduce' || node.op !== 'sum') return false;
  const [x] = node.operands as [Operand];
  const axes = node.attrs['axes'] as readonly number[];
  const last = x.shape.length - 1;
  return x.base === of && isWhole(x) && sameShape(x.shape, of.spec.shape) && axes.length === 1 && axes[0] === last;
}

/** The gradient `g t - power sum(g t)`, if probabilities are for nothing else. */
function slopeOf(
  power: MapNode,
  truth: Operand,
  inside: Inside,
): { readonly node: MapNode; readonly g: Operand; readonly gone: readonly PlanNode[] } | null {
  const only = (node: PlanNode): PlanNode | null => {
    const users = inside(node);
    return users?.length === 1 ? users[0]! : null;
  };
  const expected = only(power);
  const node = expected && only(expected);
  if (expected?.op !== 'mul' || node?.op !== 'sub' || node.kind !== 'map') return null;
  const [weighted, away] = node.operands as [Operand, Operand];
  const { base } = weighted;
  if (away.base !== expected || base.op !== 'mul' || base.kind !== 'map' || !isWhole(weighted) || !isWhole(away))
    return null;
  const totals = expected.operands.find((operand) => operand.base !== power);
  const total = totals?.base;
  if (!total || !isRowSum(total, base) || only(total) !== expected || !isWhole(perRow(totals))) return null;
  const [a, b] = base.operands as [Operand, Operand];
  const [own, g] = isSame(a, truth) ? [a, b] : [b, a];
  const users = inside(base);
  const lone = users?.length === 2 && users.includes(total) && users.includes(node);
  const last = g.layout.strides.at(-1) === 0 || g.shape.at(-1) === 1;
  return lone && isSame(own, truth) && last ? { node, g, gone: [expected, total, base] } : null;
}

function isSame(a: Operand, b: Operand): boolean {
  const equal = a.layout.strides.every((stride, axis) => stride === b.layout.strides[axis]);
  return a.base === b.base && a.layout.offset === b.layout.offset && sameShape(a.shape, b.shape) && equal;
}

/** The column numbers that a truth of zeros and ones is made from: `label == 0, 1, 2, ...` as floats. */
function labelsOf(truth: Operand): Operand | null {
  const { base: cast } = truth;
  if (!isWhole(truth) || cast.kind !== 'map' || cast.op !== 'cast') return null;
  const { base: equal } = cast.operands[0]!;
  if (!isWhole(cast.operands[0]!) || equal.kind !== 'map' || equal.op !== 'equal') return null;
  const [a, b] = equal.operands as [Operand, Operand];
  const [counted, labels] = a.base.op === 'iota' ? [a, b] : [b, a];
  const { strides, offset } = counted.layout;
  const counts = strides.every((stride, axis, { length }) => stride === (axis === length - 1 ? 1 : 0));
  const single =
    labels.layout.strides.at(-1) === 0 && labels.base.spec.dtype === 'int32' && labels.base.kind !== 'source';
  return counted.base.op === 'iota' && counts && offset === 0 && single && sameShape(labels.shape, truth.shape)
    ? perRow(labels)
    : null;
}

/** An operand that is the same along the last axis, without it. */
function perRow({ base, layout: { offset, strides }, shape }: Operand): Operand {
  return { base, layout: { offset, strides: strides.slice(0, -1) }, shape: shape.slice(0, -1) };
}

/** The operand with its elements one after the other, and the nodes that takes. */
function inOrder(operand: Operand): { readonly operand: Operand; readonly nodes: PlanNode[] } {
  if (isWhole(operand)) return { operand, nodes: [] };
  const { shape, base } = operand;
  const spec = { shape, dtype: base.spec.dtype };
  const copy: MapNode = { kind: 'map', op: 'copy', spec, attrs: {}, operands: [operand], lowering: COPY };
  return { operand: whole(copy), nodes: [copy] };
}

function flat(size: number): Pick<Operand, 'layout' | 'shape'> {
  return { layout: { offset: 0, strides: [1] }, shape: [size] };
}

function copyOf(operand: Operand, { spec }: PlanNode): MapNode {
  return { kind: 'map', op: 'copy', spec, attrs: {}, operands: [operand], lowering: COPY };
}

function call(op: string, lowering: KernelLowering, operands: readonly Operand[], spec: PlanNode['spec']): KernelNode {
  return {
    kind: 'kernel',
    op,
    spec,
    attrs: {},
    operands,
    lowering,
    result: spec,
    epilogue: { bias: false, relu: false },
  };
}
