// Who needs what, and graphs with some instructions replaced.
import type { Graph, Instruction } from '@nablajs/tensor';

/** For each value, the instructions that take it and are needed, by their place in the code; outputs count as -1. */
export function usersOf(graph: Graph): readonly (readonly number[])[] {
  const first = firstResult(graph);
  const users: number[][] = Array.from({ length: first + graph.code.length }, () => []);
  const needed = neededBy(graph);
  graph.code.forEach(({ operands }, at) => {
    if (!needed.has(first + at)) return;
    for (const operand of new Set(operands)) users[operand]!.push(at);
  });
  for (const output of graph.outputs) users[output]!.push(-1);
  return users;
}

/** The number of the first instruction's result. */
export function firstResult(graph: Graph): number {
  return graph.inputs.length + graph.constants.length;
}

/** The instruction that computes a value, if one does. */
export function makerOf(graph: Graph, value: number): Instruction | undefined {
  return graph.code[value - firstResult(graph)];
}

/** The values that an output depends on. */
export function neededBy(graph: Graph): ReadonlySet<number> {
  const needed = new Set(graph.outputs);
  const first = firstResult(graph);
  for (let at = graph.code.length - 1; at >= 0; at--) {
    if (needed.has(first + at)) for (const operand of graph.code[at]!.operands) needed.add(operand);
  }
  return needed;
}

/** The graph with other instructions at some places. */
export function withCode(graph: Graph, replaced: ReadonlyMap<number, Instruction>): Graph {
  return replaced.size === 0 ? graph : { ...graph, code: graph.code.map((old, at) => replaced.get(at) ?? old) };
}
