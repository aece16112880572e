// The gradient of a max pool is mostly zeros. What is done to it element by element can be done to the few numbers it is
// made from: a ReLU's mask (the winner of a window is positive where the pooled value is), and sums over all places.
import { attrsKey } from '@nablajs/tensor';
import { isWhole, type KernelNode, type MapNode, type NodeGraph, type Operand, type PlanNode, whole } from './node.ts';
import { readersOf, rewrite } from './rewrite.ts';

/** Moves masks and sums from gradients of max pools to the gradients of their results. */
export function shrinkPoolGradients(graph: NodeGraph): NodeGraph {
  const pools = graph.nodes.filter((node): node is KernelNode => node.op === 'maxPool');
  if (pools.length === 0) return graph;
  const readers = readersOf(graph.nodes);
  const kept = new Set(graph.outputs);
  const masks = new Map<PlanNode, Masked>();
  for (const node of graph.nodes) {
    const masked = node.kind === 'map' && node.op === 'where' ? maskedGradient(node, pools) : null;
    if (masked && readers.get(masked.gradient)?.length === 1 && !kept.has(masked.gradient)) masks.set(node, masked);
  }
  const absorbed = new Set<PlanNode>([...masks.values()].map(({ gradient }) => gradient));
  return rewrite(graph, (node, renew) => {
    if (absorbed.has(node)) return [];
    const masked = masks.get(node);
    if (masked) return maskFirst(node as MapNode, masked, renew);
    const operands = renew(node.operands);
    const pooled = node.kind === 'reduce' && node.op === 'sum' ? pooledOperand(node.attrs['axes'], operands[0]!) : null;
    return [{ ...node, operands: pooled ? [pooled] : operands } as PlanNode];
  });
}

interface Masked {
  /** The max pool's gradient that is masked. */
  readonly gradient: KernelNode;
  /** The max pool itself. */
  readonly pool: KernelNode;
  /** The comparison with 0. */
  readonly less: MapNode;
}

/** What `where(0 < x, maxPoolGradient(x, dy), 0)` is made of. */
function maskedGradient(node: MapNode, pools: readonly KernelNode[]): Masked | null {
  const [condition, gradient, other] = node.operands as [Operand, Operand, Operand];
  const [less, from] = [condition.base, gradient.base];
  if (less.op !== 'less' || less.kind !== 'map' || from.op !== 'maxPoolGradient' || from.kind !== 'kernel') return null;
  const [zero, x] = less.operands as [Operand, Operand];
  const input = from.operands[0]!;
  const fits = isWhole(condition) && isWhole(gradient) && isWhole(x) && isWhole(input) && x.base === input.base;
  if (!fits || !isZero(zero) || !isZero(other)) return null;
  const key = attrsKey(from.attrs);
  const pool = pools.find(
    ({ operands: [of], attrs }) => of!.base === input.base && isWhole(of!) && attrsKey(attrs) === key,
  );
  return pool ? { gradient: from, pool, less } : null;
}

function isZero({ base, layout }: Operand): boolean {
  return base.kind === 'source' && layout.offset === 0 && layout.strides.every((stride) => stride === 0);
}

/** The mask applied to the pooled gradient, then the pool's gradient of that. */
function maskFirst(
  node: MapNode,
  { gradient, pool, less }: Masked,
  renew: (operands: readonly Operand[]) => Operand[],
): PlanNode[] {
  const [x, dy] = gradient.operands as [Operand, Operand];
  const { spec } = pool;
  const still = (operand: Operand): Operand => {
    const layout = { offset: operand.layout.offset, strides: spec.shape.map(() => 0) };
    return renew([{ base: operand.base, layout, shape: spec.shape }])[0]!;
  };
  const positive: MapNode = {
    ...less,
    spec: { ...less.spec, shape: spec.shape },
    operands: [still(less.operands[0]!), ...renew([whole(pool)])],
  };
  const masked: MapNode = {
    ...node,
    spec,
    operands: [whole(positive), ...renew([dy]), still(node.operands[2]!)],
  };
  return [positive, masked, { ...gradient, operands: [...renew([x]), whole(masked)] }];
}

/** The gradient that a max pool's gradient is made from, if the axes are all but the channels'. */
function pooledOperand(axes: unknown, { base, layout, shape }: Operand): Operand | null {
  if (base.kind !== 'kernel' || base.op !== 'maxPoolGradient' || !isWhole({ base, layout, shape })) return null;
  const places = shape.length - 1;
  const all = Array.isArray(axes) && axes.length === places && !axes.includes(places);
  return all && shape.length === base.spec.shape.length && shape.at(-1) === base.spec.shape.at(-1)
    ? base.operands[1]!
    : null;
}
