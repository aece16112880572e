// Chains of elementwise instructions lowered tile by tile. Inputs and outputs of the model that only tiles need are taken and
// given in parts, which are places in the same memory: nothing is cut or put together.
import { type Graph, type Instruction, type Spec, specOf } from '@nablajs/tensor';
import type { Chain } from '../passes/tiles.ts';
import { firstResult } from '../passes/uses.ts';
import type { Emitter } from './emitter.ts';
import { Stored } from './stored.ts';
import type { Ref } from './writer.ts';

/** A run of elements of a tensor in row-major order. */
export interface Part {
  readonly start: number;
  readonly length: number;
}

/** What a name of a lowered model stands for. */
export interface NamedPlace {
  /** The name of the whole input or output. */
  readonly whole: string;
  /** Null for all of it. */
  readonly part: Part | null;
  /** For outputs, the input whose memory it may be written over. */
  readonly over: string | null;
}

/** The name of a part of an input or output: `input_3[0:65536]`, `output_2[0:65536] over input_3`. */
export function partName(name: string, { start, length }: Part, over?: string): string {
  return `${name}[${start}:${start + length}]${over === undefined ? '' : ` over ${over}`}`;
}

/** What a name of a lowered model stands for: a whole value, or a part of it. */
export function readName(name: string): NamedPlace {
  const found = /^(.*)\[(\d+):(\d+)\](?: over (.*))?$/.exec(name);
  if (!found) return { whole: name, part: null, over: null };
  const [start, end] = [Number(found[2]), Number(found[3])];
  return { whole: found[1]!, part: { start, length: end - start }, over: found[4] ?? null };
}

/** Elements that fit a vector of any processor, so that every part of an aligned tensor is aligned. */
const ALIGNED = 64;

/** Parts of about `tile` elements, all but the last of one length. */
export function partsOf(size: number, tile: number): Part[] {
  const count = Math.ceil(size / tile);
  const length = Math.ceil(size / count / ALIGNED) * ALIGNED;
  return Array.from({ length: Math.ceil(size / length) }, (_, i) => ({
    start: i * length,
    length: Math.min(length, size - i * length),
  }));
}

/** What tiling needs of the lowering around it. */
export interface TilingContext {
  readonly values: readonly Stored[];
  readonly nameOfInput: (input: number) => string;
  readonly lower: (instruction: Instruction, place: number, operands: readonly Stored[]) => Stored;
}

/** The results of a chain that are outputs of the graph, in parts. */
export function lowerTiled(
  e: Emitter,
  graph: Graph,
  { places, size }: Chain,
  { values, nameOfInput, lower }: TilingContext,
): ReadonlyMap<number, readonly { readonly part: Part; readonly ref: Ref }[]> {
  const first = firstResult(graph);
  const parts = partsOf(size, e.target.tile);
  const cut = new Map<number, readonly Ref[]>();
  const results = new Map<number, { part: Part; ref: Ref }[]>();
  // One tile after the other: the order in which nodes are written is the order in which they run.
  parts.forEach((part, tile) => {
    const inTile = new Map<number, Stored>();
    const operand = (value: number): Stored => {
      const known = inTile.get(value);
      if (known) return known;
      const { spec } = values[value] ?? { spec: specOf(graph, value) };
      const stored = tileOf(value, spec);
      inTile.set(value, stored);
      return stored;
    };
    const tileOf = (value: number, spec: Spec): Stored => {
      const flat: Spec = { ...spec, shape: [part.length] };
      const whole = values[value]!;
      const { ref } = whole.native;
      if (ref.shape.every((length) => length === 1)) return new Stored(flat, e.reshape(ref, []));
      if (value < graph.inputs.length) {
        return new Stored(flat, e.input(partName(nameOfInput(value), part), spec.dtype, flat.shape));
      }
      if (!cut.has(value))
        cut.set(
          value,
          e.split(
            e.reshape(whole.whole(e), [size]),
            parts.map(({ length }) => length),
          ),
        );
      return new Stored(flat, cut.get(value)![tile]!);
    };
    for (const place of places) {
      const instruction = graph.code[place]!;
      const spec = { ...instruction.spec, shape: [part.length] };
      const stored = lower({ ...instruction, spec }, place, instruction.operands.map(operand));
      inTile.set(first + place, stored);
      if (graph.outputs.includes(first + place)) {
        const known = results.get(first + place) ?? [];
        results.set(first + place, [...known, { part, ref: stored.whole(e) }]);
      }
    }
  });
  return results;
}
