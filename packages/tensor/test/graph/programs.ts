// Random small graphs, and their meaning worked out node by node: no pass, no backend, no cache.
import { type HostArray, isFloat, type Node, postOrder, type Shape, Tensor } from '@nablajs/tensor';
import { referenceOf } from '@nablajs/tensor/references';
import fc from 'fast-check';

/** A recipe for a graph: choices that `build` interprets, so that any list of numbers is a valid program. */
export type Recipe = readonly (readonly [kind: number, first: number, second: number, extra: number])[];

export const recipes: fc.Arbitrary<Recipe> = fc.array(fc.tuple(fc.nat(99), fc.nat(99), fc.nat(99), fc.nat(9)), {
  minLength: 1,
  maxLength: 14,
});

export const LEAF_SHAPES: readonly Shape[] = [[2, 3], [3], [2, 1], [], [3, 2]];

function fits(a: Shape, b: Shape): boolean {
  return a.every((size, axis) => {
    const other = b[axis + b.length - a.length];
    return other === undefined || size === other || size === 1 || other === 1;
  });
}

type Make = (a: Tensor, b: Tensor, extra: number) => Tensor | null;

const both =
  (f: (a: Tensor, b: Tensor) => Tensor): Make =>
  (a, b) =>
    fits(a.shape, b.shape) ? f(a, b) : null;

const MAKES: readonly Make[] = [
  (a) => a.tanh(),
  (a) => a.neg(),
  (a) => a.abs(),
  (a) => a.relu(),
  (a) => a.sigmoid(),
  (a) => a.mul(1),
  (a) => a.add(0),
  (a) => a.pow(2),
  (a) => a.mul(0.5).mul(2),
  (a, _, extra) => a.add(extra),
  both((a, b) => a.add(b)),
  both((a, b) => a.sub(b)),
  both((a, b) => a.mul(b)),
  both((a, b) => a.maximum(b)),
  both((a, b) => a.less(b).where(a, b)),
  (a) => (a.rank === 0 ? null : a.transpose()),
  (a) => (a.rank === 0 ? null : a.transpose().transpose()),
  (a) => a.flatten(),
  (a, _, extra) => (a.rank === 0 ? null : a.sum(extra % a.rank)),
  (a) => a.mean(),
  (a) => (a.rank === 0 ? null : a.softmax()),
  (a) => (a.rank === 0 ? null : a.flip()),
  (a) => (a.rank !== 2 ? null : a.matmul(a.transpose())),
  (a, b) => (a.rank === 2 && b.rank === 2 && a.shape[1] === b.shape[0] ? a.matmul(b) : null),
  (a) => (a.rank === 0 ? null : a.slice([0]).pad(a.shape.map(() => [0, 0] as const))),
  (a) => (a.rank > 2 ? null : a.expandDims(0).broadcastTo([2, ...a.shape])),
  (a) => a.greater(0).cast('float32').mul(a),
];

/** The tensors a recipe makes of some leaves, in order. */
export function build(recipe: Recipe, leaves: readonly Tensor[]): Tensor[] {
  const pool = [...leaves];
  for (const [kind, first, second, extra] of recipe) {
    const a = pool[pool.length - 1 - (first % pool.length)]!;
    const b = pool[pool.length - 1 - (second % pool.length)]!;
    const made = MAKES[kind % MAKES.length]!(a, b, extra);
    if (made && made.size <= 64 && made.rank <= 4) pool.push(made);
  }
  return pool.slice(leaves.length);
}

/** The value of a node by the definitions of its ops alone. Leaves hold host data. */
export function meaningOf(root: Node, known: Map<Node, HostArray> = new Map()): HostArray {
  for (const node of postOrder([root])) {
    if (known.has(node)) continue;
    known.set(node, node.op === null ? leafValues(node) : computed(node, known));
  }
  return known.get(root)!;
}

function leafValues({ source, spec }: Node): HostArray {
  if (source?.kind !== 'host') throw new Error('the leaves of a program hold host data');
  return isFloat(spec.dtype) ? Float64Array.from(source.data) : source.data;
}

function computed(node: Node, known: Map<Node, HostArray>): HostArray {
  const { definition } = node.op!;
  const reference = referenceOf(node.op!);
  if (reference) {
    return reference({
      inputs: node.inputs.map((input) => known.get(input)!),
      specs: node.inputs.map(({ spec }) => spec),
      attrs: node.attrs,
      spec: node.spec,
    });
  }
  const meaning = definition.decompose!(
    node.inputs.map((input) => new Tensor(input)),
    node.attrs,
  );
  return meaningOf(meaning.node, known);
}
