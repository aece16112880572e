// The gradient of a dense layer's weights is a product that its optimizer alone needs.
import { type Graph, type Instruction, sizeOf, specOf } from '@nablajs/tensor';
import type { Chain } from './tiles.ts';
import { firstResult, makerOf, usersOf } from './uses.ts';

/** A product of two matrices. */
export interface Product {
  readonly place: number;
  readonly instruction: Instruction;
  readonly columns: number;
}

/** The product of two matrices that a chain takes and nothing else does, if there is one. */
export function productOf(graph: Graph, { places, size }: Chain): Product | null {
  const inside = new Set(places);
  const users = usersOf(graph);
  for (const value of new Set(places.flatMap((place) => graph.code[place]!.operands))) {
    const instruction = makerOf(graph, value);
    if (instruction?.op !== 'matmul' || !users[value]!.every((user) => inside.has(user))) continue;
    const { operands, spec } = instruction;
    const empty = operands.some((operand) => sizeOf(specOf(graph, operand).shape) === 0);
    const fits = operands.length === 2 && spec.shape.length === 2 && sizeOf(spec.shape) === size;
    if (fits && !empty) return { place: value - firstResult(graph), instruction, columns: spec.shape[1]! };
  }
  return null;
}
