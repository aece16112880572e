// How much a graph computes: threads are made for sessions that have work for them.
import { compositeOps, type Graph, primitiveOps, sizeOf, specOf } from '@nablajs/tensor';

const definitions = new Map([...primitiveOps, ...compositeOps].map(({ definition }) => [definition.name, definition]));

/** Floating-point operations of one run, roughly: at least one per element of every result. */
export function workOf(graph: Graph): number {
  return graph.code.reduce((sum, { op, operands, attrs, spec }) => {
    const inputs = operands.map((operand) => specOf(graph, operand));
    return sum + Math.max(sizeOf(spec.shape), definitions.get(op)?.flops?.(inputs, attrs, spec) ?? 0);
  }, 0);
}
