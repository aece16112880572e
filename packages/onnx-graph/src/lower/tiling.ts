// Chains of elementwise instructions lowered tile by tile. Inputs and outputs of the model that only tiles need are taken and
// given in parts, which are places in the same memory: nothing is cut or put together.
import { type Graph, type Instruction, specOf } from '@nablajs/tensor';
import { type MultiplyAdd, multiplyAdds } from '../passes/multiply-adds.ts';
import { productOf } from '../passes/products.ts';
import type { Chain } from '../passes/tiles.ts';
import { firstResult } from '../passes/uses.ts';
import type { Emitter } from './emitter.ts';
import { multiplyAdd, multiplyAddShape } from './multiply-add.ts';
import { type Part, partName, partsOf } from './parts.ts';
import { rowsOfProduct } from './product-parts.ts';
import { Stored } from './stored.ts';
import type { Ref } from './writer.ts';

/** What tiling needs of the lowering around it. */
export interface TilingContext {
  readonly values: readonly Stored[];
  readonly nameOfInput: (input: number) => string;
  /** Says of which instruction the next nodes are. */
  readonly enter: (instruction: Instruction, place: number) => void;
  readonly lower: (instruction: Instruction, operands: readonly Stored[]) => Stored;
}

/** The results of a chain that are outputs of the graph, in parts. */
export function lowerTiled(
  e: Emitter,
  graph: Graph,
  chain: Chain,
  { values, nameOfInput, enter, lower }: TilingContext,
): ReadonlyMap<number, readonly { readonly part: Part; readonly ref: Ref }[]> {
  const first = firstResult(graph);
  const product = productOf(graph, chain);
  const parts = partsOf(chain.size, e.target.tile, product?.columns);
  const sums = multiplyAdds(graph, chain);
  const cut = new Map<number, Pieces>();
  const piecesOf = (value: number): Pieces => {
    const known = cut.get(value) ?? cutInParts(value);
    cut.set(value, known);
    return known;
  };
  const cutInParts = (value: number): Pieces => {
    if (product && value === first + product.place) {
      const factors = product.instruction.operands.map((operand) => values[operand]!);
      const rows = rowsOfProduct(e, product, factors, parts);
      if (rows) return rows;
    }
    const lengths = parts.map(({ length }) => length);
    const pieces = e.split(e.reshape(values[value]!.whole(e), [chain.size]), lengths);
    return (tile) => pieces[tile]!;
  };
  const results = new Map<number, { part: Part; ref: Ref }[]>();
  // One tile after the other: the order in which nodes are written is the order in which they run.
  parts.forEach((part, tile) => {
    const images = sums.size > 0 ? multiplyAddShape(e, part.length) : null;
    const shape = images ?? [part.length];
    const inTile = new Map<number, Stored>();
    const tileOf = (value: number): Ref => {
      const { native, spec } = values[value]!;
      if (native.ref.shape.every((length) => length === 1)) return e.reshape(native.ref, []);
      if (value < graph.inputs.length) return e.input(partName(nameOfInput(value), part), spec.dtype, shape);
      return e.reshape(piecesOf(value)(tile), shape);
    };
    const operand = (value: number): Stored => {
      const known = inTile.get(value) ?? new Stored({ ...specOf(graph, value), shape }, tileOf(value));
      inTile.set(value, known);
      return known;
    };
    const whole = (value: number): Ref => operand(value).whole(e);
    for (const place of chain.places) {
      const instruction = graph.code[place]!;
      const spec = { ...instruction.spec, shape };
      const sum = images ? sums.get(place) : undefined;
      enter(instruction, place);
      const stored = sum
        ? new Stored(spec, multiplyAdd(e, whole(sum.sum), whole(sum.x), signed(e, operand(sum.factor).native.ref, sum)))
        : lower({ ...instruction, spec }, instruction.operands.map(operand));
      const value = first + place;
      inTile.set(value, stored);
      if (!graph.outputs.includes(value)) continue;
      results.set(value, [...(results.get(value) ?? []), { part, ref: stored.whole(e) }]);
    }
  });
  return results;
}

/** A value in parts, by tile. */
type Pieces = (tile: number) => Ref;

function signed(e: Emitter, factor: Ref, { minus }: MultiplyAdd): Ref {
  return minus ? e.unary('Neg', factor) : factor;
}
