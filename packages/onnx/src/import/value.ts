// A value of an ONNX graph may lie with its channels first, as the file says, or last, as Nabla's windows want them. It
// stays as it was computed, and is transposed when somebody needs the other: between two convolutions nobody does.
import type { DType, Shape, Tensor } from '@nablajs/tensor';

/** One value of a graph while it runs. */
export class Value {
  #first: Tensor | null;
  #last: Tensor | null;

  private constructor(first: Tensor | null, last: Tensor | null) {
    this.#first = first;
    this.#last = last;
  }

  /** A value whose axes lie as in the file. */
  static of(tensor: Tensor): Value {
    return new Value(tensor, null);
  }

  /** A value `[batch, ...spatial, channels]` that the file sees as `[batch, channels, ...spatial]`. */
  static channelsLast(tensor: Tensor): Value {
    return new Value(null, tensor);
  }

  /** The axes as in the file. */
  get tensor(): Tensor {
    this.#first ??= this.#last!.transpose(toFirst(this.#last!.rank));
    return this.#first;
  }

  /** The channels last. */
  get last(): Tensor {
    this.#last ??= this.#first!.transpose(toLast(this.#first!.rank));
    return this.#last;
  }

  /** Whether it was computed with its channels last. */
  get isLast(): boolean {
    return this.#first === null;
  }

  /** The shape as in the file. */
  get shape(): Shape {
    if (this.#first) return this.#first.shape;
    const { shape, rank } = this.#last!;
    return toFirst(rank).map((axis) => shape[axis]!);
  }

  get rank(): number {
    return this.shape.length;
  }

  get dtype(): DType {
    return (this.#first ?? this.#last!).dtype;
  }

  /** A function of single elements, computed where the value lies. */
  map(f: (x: Tensor) => Tensor): Value {
    return this.isLast ? Value.channelsLast(f(this.last)) : Value.of(f(this.tensor));
  }
}

/** `[0, 3, 1, 2]`: channels-last axes in the order of the file. */
export function toFirst(rank: number): number[] {
  return [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, axis) => axis + 1)];
}

/** `[0, 2, 3, 1]`: the axes of the file, channels last. */
export function toLast(rank: number): number[] {
  return [0, ...Array.from({ length: rank - 2 }, (_, axis) => axis + 2), 1];
}

/**
 * A function of elements of values that broadcast against each other. Computed with the channels last when one of them
 * lies so and the others have few elements to move.
 */
export function combine(values: readonly Value[], f: (tensors: readonly Tensor[]) => Tensor): Value {
  const rank = Math.max(...values.map((value) => value.rank));
  const last = values.some((value) => value.isLast && value.rank === rank);
  if (!last) return Value.of(f(values.map(({ tensor }) => tensor)));
  return Value.channelsLast(f(values.map((value) => lastAmong(value, rank))));
}

/** A value as it broadcasts against channels-last ones of a rank. */
function lastAmong(value: Value, rank: number): Tensor {
  if (value.rank === rank) return value.last;
  if (value.rank === 0) return value.tensor;
  const missing = new Array<number>(rank - value.rank).fill(1);
  return value.tensor.reshape([...missing, ...value.shape]).transpose(toLast(rank));
}
