// A bias added to a convolution or a product becomes their third operand: ONNX's Conv and Gemm add it on the way out.
import { type Graph, type Instruction, specOf } from '@nablajs/tensor';
import { firstResult, makerOf, usersOf, withCode } from './uses.ts';

/** `add(conv(x, w), b)` as `conv(x, w, b)`, and the same for products of two matrices. */
export function fuseBiases(graph: Graph): Graph {
  const users = usersOf(graph);
  const replaced = new Map<number, Instruction>();
  graph.code.forEach((add, at) => {
    if (add.op !== 'add') return;
    for (const [value, bias] of [add.operands, [...add.operands].reverse()] as [number, number][]) {
      const product = makerOf(graph, value);
      if (!product || users[value]!.length !== 1 || value === bias || !takesBias(graph, product, bias)) continue;
      // Already given one where it was made.
      if (replaced.has(value - firstResult(graph))) continue;
      replaced.set(at, { ...product, operands: [...product.operands, bias], spec: add.spec });
      return;
    }
  });
  return withCode(graph, replaced);
}

function takesBias(graph: Graph, { op, operands, spec }: Instruction, bias: number): boolean {
  if (operands.length !== 2 || !(op === 'conv' || (op === 'matmul' && spec.shape.length === 2))) return false;
  if (operands.some((operand) => specOf(graph, operand).shape.includes(0))) return false;
  const { shape } = specOf(graph, bias);
  return (
    shape.length >= 1 &&
    shape.length <= spec.shape.length &&
    shape.at(-1) === spec.shape.at(-1) &&
    shape.slice(0, -1).every((size) => size === 1)
  );
}
