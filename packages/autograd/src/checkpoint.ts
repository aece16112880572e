// Memory for time: values inside a function are computed again in the backward pass instead of kept.
import { defineOp, GradientError, isFloat, type Node, type Op, postOrder, type Tensor } from '@nablajs/tensor';
import { copyRule, withRule } from './control.ts';
import { pullBack } from './gradients.ts';

type NoAttrs = Record<never, never>;

// The value of the first operand, but only once the second is known: keeps a recomputation from being merged with the
// original, and puts it where the gradient is needed.
const afterOp: Op<NoAttrs> = defineOp<NoAttrs>({
  name: 'after',
  infer: ([x]) => x!,
  vjp: ({ dy }) => [dy, null],
  decompose: ([x]) => x!,
  alias: 0,
});

/**
 * `f` with its intermediate values recomputed in the backward pass instead of kept: less memory, one more forward pass.
 * Random numbers drawn inside are the same both times, and variables used inside receive their gradients.
 * Chen et al., "Training deep nets with sublinear memory cost", arXiv:1604.06174.
 */
export function checkpoint<In extends readonly Tensor[]>(f: (...inputs: In) => Tensor): (...inputs: In) => Tensor {
  return (...inputs) => {
    const value = f(...inputs);
    const { inside, others } = regionOf(value, inputs);
    if (!inside.has(value.node)) return value;
    return withRule(value, [...inputs, ...others], (dy, operands) => {
      const again = operands.slice(0, inputs.length).map((input) => afterOp([input, dy], {}));
      const kept = operands.slice(inputs.length);
      const places = [...inputs, ...others].map(({ node }, i) => [node, (again[i] ?? operands[i])!.node] as const);
      const recomputed = replay(value, inside, new Map(places));
      return pullBack(recomputed, dy, [...again, ...kept]).map((gradient) =>
        isFloat(gradient.dtype) ? gradient : null,
      );
    });
  };
}

/** The nodes between inputs and value in execution order, and the other values they use, which are kept. */
function regionOf(value: Tensor, inputs: readonly Tensor[]): { inside: ReadonlySet<Node>; others: readonly Tensor[] } {
  const ends = new Set(inputs.map(({ node }) => node));
  const inside = new Set<Node>();
  const others = new Set<Node>();
  for (const node of postOrder([value.node], (below) => below.isLeaf || ends.has(below))) {
    if (!ends.has(node) && node.inputs.some((input) => ends.has(input) || inside.has(input))) inside.add(node);
  }
  for (const node of inside) {
    for (const input of node.inputs) if (!ends.has(input) && !inside.has(input)) others.add(input);
  }
  return { inside, others: [...others].map((node) => value.derive(node)) };
}

/** The same ops again on other operands. */
function replay(value: Tensor, inside: ReadonlySet<Node>, places: ReadonlyMap<Node, Node>): Tensor {
  const made = new Map(places);
  for (const node of inside) {
    if (node.isLeaf) {
      throw new GradientError(
        'checkpoint: a value inside the function was read before gradients were taken, which drops how it was made. ' +
          'Take gradients first and read values afterwards.',
      );
    }
    const copy = node.withInputs(node.inputs.map((input) => made.get(input) ?? input));
    copyRule(value.derive(node), value.derive(copy));
    made.set(node, copy);
  }
  return value.derive(made.get(value.node)!);
}
