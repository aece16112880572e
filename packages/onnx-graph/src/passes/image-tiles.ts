// Groups of instructions on images written once for each tile of the batch: images are cut where a group begins, put together
// where somebody else needs them, and what is summed over the batch is summed over the tiles.
import { type Graph, type Instruction, specOf } from '@nablajs/tensor';
import { byImages } from './images.ts';
import { firstResult } from './uses.ts';

/** The same graph with batches whose largest tensor has more than `most` elements taken a few images at a time; 0 for never. */
export function imagesInTiles(graph: Graph, most: number, elementwise: (op: string) => boolean): Graph {
  const plans = byImages(graph, most, elementwise);
  return plans.size === 0 ? graph : new Rewriting(graph, plans).result();
}

class Rewriting {
  readonly #graph: Graph;
  readonly #plans: ReturnType<typeof byImages>;
  readonly #first: number;
  readonly #code: Instruction[] = [];
  /** New numbers of old values. */
  readonly #wholes = new Map<number, number>();
  /** New numbers of the tiles of old values, by value and how it is cut. */
  readonly #tiles = new Map<string, readonly number[]>();

  constructor(graph: Graph, plans: ReturnType<typeof byImages>) {
    this.#graph = graph;
    this.#plans = plans;
    this.#first = firstResult(graph);
    for (let value = 0; value < this.#first; value++) this.#wholes.set(value, value);
  }

  result(): Graph {
    for (const [at, instruction] of this.#graph.code.entries()) this.#rewrite(instruction, this.#first + at);
    const outputs = this.#graph.outputs.map((value) => this.#whole(value));
    return { ...this.#graph, code: this.#code, outputs };
  }

  #rewrite(instruction: Instruction, value: number): void {
    const plan = this.#plans.get(value);
    if (!plan) {
      const operands = instruction.operands.map((operand) => this.#whole(operand));
      this.#wholes.set(value, this.#write({ ...instruction, operands }));
      return;
    }
    const { cut, sum, tiles } = plan;
    const operands = instruction.operands.map((operand, i) =>
      cut[i] ? this.#cut(operand, tiles) : this.#whole(operand),
    );
    const { shape } = instruction.spec;
    const made = tiles.map((images, tile) =>
      this.#write({
        ...instruction,
        operands: operands.map((operand) => (typeof operand === 'number' ? operand : operand[tile]!)),
        spec: sum ? instruction.spec : { ...instruction.spec, shape: shape.with(0, images) },
      }),
    );
    if (!sum) this.#tiles.set(keyOf(value, tiles), made);
    else
      this.#wholes.set(
        value,
        made.reduce((a, b) => this.#write({ ...instruction, op: 'add', operands: [a, b], attrs: {} })),
      );
  }

  #write(instruction: Instruction): number {
    return this.#first + this.#code.push(instruction) - 1;
  }

  /** All images of a value. */
  #whole(value: number): number {
    const known = this.#wholes.get(value);
    if (known !== undefined) return known;
    const maker = this.#graph.code[value - this.#first]!;
    const operands = this.#tiles.get(keyOf(value, this.#plans.get(value)!.tiles))!;
    const whole = this.#write({ ...maker, op: 'concat', operands, attrs: { axis: 0 } });
    this.#wholes.set(value, whole);
    return whole;
  }

  /** The images of a value by tile. */
  #cut(value: number, tiles: readonly number[]): readonly number[] {
    const key = keyOf(value, tiles);
    const known = this.#tiles.get(key);
    if (known) return known;
    const whole = this.#whole(value);
    const { shape, dtype } = specOf(this.#graph, value);
    let start = 0;
    const made = tiles.map((images) => {
      const sizes = shape.with(0, images);
      const starts = shape.map((_, axis) => (axis === 0 ? start : 0));
      start += images;
      const attrs = { starts, sizes, strides: shape.map(() => 1) };
      return this.#write({ op: 'slice', operands: [whole], attrs, spec: { shape: sizes, dtype } });
    });
    this.#tiles.set(key, made);
    return made;
  }
}

function keyOf(value: number, tiles: readonly number[]): string {
  return `${value} by ${tiles.join()}`;
}
