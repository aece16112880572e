// Long chains of elementwise ops at the end of a graph, as optimizers are: they run tile by tile, so that what passes from one
// op to the next stays in the processor's own cache.
import { type Graph, type Instruction, sameShape, sizeOf, specOf } from '@nablajs/tensor';
import { multiplyAdds } from './multiply-adds.ts';
import { productOf } from './products.ts';
import { firstResult, neededBy, usersOf } from './uses.ts';

/** Instructions of one shape that depend on each other, by their place in the code. */
export interface Chain {
  readonly places: readonly number[];
  /** Elements of their results. */
  readonly size: number;
}

/** Larger results are worth the nodes that more tiles take, in tiles. */
const LEAST_TILES = 2;

/**
 * Chains whose results are needed by nothing but themselves and the outputs of the graph. `tile` is how many elements are worth
 * a tile; 0 for no tiles.
 */
export function chainsToTile(graph: Graph, tile: number, elementwise: (op: string) => boolean): readonly Chain[] {
  if (tile === 0) return [];
  const first = firstResult(graph);
  const users = usersOf(graph);
  const needed = neededBy(graph);
  const inside = new Set<number>();
  for (let at = graph.code.length - 1; at >= 0; at--) {
    const instruction = graph.code[at]!;
    const large = sizeOf(instruction.spec.shape) >= LEAST_TILES * tile;
    if (!large || !needed.has(first + at) || !elementwise(instruction.op) || !sameShapes(graph, instruction)) continue;
    if (users[first + at]!.every((user) => user === -1 || inside.has(user))) inside.add(at);
  }
  return connected(graph, inside).filter(({ places }) => places.length > 1);
}

/** Operands have the result's shape or are single numbers. */
function sameShapes(graph: Graph, { operands, spec }: Instruction): boolean {
  return operands.every((operand) => {
    const { shape } = specOf(graph, operand);
    return sameShape(shape, spec.shape) || sizeOf(shape) === 1;
  });
}

function connected(graph: Graph, inside: ReadonlySet<number>): Chain[] {
  const first = firstResult(graph);
  const chains = new Map<number, number[]>();
  const chainOf = new Map<number, number>();
  for (const at of [...inside].sort((a, b) => a - b)) {
    const before = graph.code[at]!.operands.map((operand) => chainOf.get(operand - first)).filter(
      (chain) => chain !== undefined,
    );
    const joined = [at, ...new Set(before)];
    const places = joined.flatMap((chain) => chains.get(chain) ?? []);
    for (const chain of joined) chains.delete(chain);
    places.push(at);
    chains.set(at, places);
    for (const place of places) chainOf.set(place, at);
  }
  return [...chains.values()].map((places) => ({
    places: places.sort((a, b) => a - b),
    size: sizeOf(graph.code[places[0]!]!.spec.shape),
  }));
}

/**
 * Inputs whose memory an output of a chain may take over, by output value: donated, of one spec with it, and read by nothing that
 * the output does not depend on.
 */
export function takenOver(graph: Graph, chain: Chain): ReadonlyMap<number, number> {
  const first = firstResult(graph);
  const users = usersOf(graph);
  const sums = multiplyAdds(graph, chain);
  const taken = new Map<number, number>();
  for (const place of chain.places) {
    const value = first + place;
    if (!graph.outputs.includes(value)) continue;
    const readers = readersBefore(graph, chain, place);
    // What is added to may be written over. What is multiplied must lie elsewhere.
    const { sum = -1, x = -1 } = sums.get(place) ?? {};
    const { shape, dtype } = graph.code[place]!.spec;
    const free = [sum, ...graph.donated].find((input) => {
      const spec = graph.inputs[input];
      if (!spec || !graph.donated.includes(input) || input === x || [...taken.values()].includes(input)) return false;
      const fits = sameShape(spec.shape, shape) && spec.dtype === dtype;
      return fits && users[input]!.length > 0 && users[input]!.every((user) => readers.has(user));
    });
    if (free !== undefined) taken.set(value, free);
  }
  return taken;
}

/**
 * The instructions that have read all of their operands when this one of a chain runs on any tile: those of the chain that it
 * needs, on the same tile, and the products before the chain. Others may hand their operands on instead of reading them, and the
 * product that the chain begins with may be computed tile by tile.
 */
function readersBefore(graph: Graph, chain: Chain, place: number): ReadonlySet<number> {
  const inside = new Set(chain.places);
  const own = productOf(graph, chain)?.place;
  const before = [...ancestors(graph, place)];
  return new Set(before.filter((at) => inside.has(at) || (graph.code[at]!.op === 'matmul' && at !== own)));
}

/** An instruction and all whose results it needs. Nothing is needed of what is empty. */
function ancestors(graph: Graph, place: number): ReadonlySet<number> {
  const found = new Set([place]);
  for (const at of found) {
    for (const operand of graph.code[at]!.operands) {
      const maker = operand - firstResult(graph);
      if (maker >= 0 && sizeOf(specOf(graph, operand).shape) > 0) found.add(maker);
    }
  }
  return found;
}
