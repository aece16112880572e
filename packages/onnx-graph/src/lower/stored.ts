// A value of the graph may lie in ONNX tensors in any order of its axes, and smaller than it is where it repeats.
// Graphs are channels-last, ONNX convolutions channels-first: a value stays in the order it was computed in, and a
// transpose is written only when somebody needs another. So neighbouring transposes cancel by never being written.
import { type Shape, type Spec, sizeOf } from '@nablajs/tensor';
import type { Emitter } from './emitter.ts';
import type { Ref } from './writer.ts';

/** Which axis of the value each axis of the tensor is. */
export type Order = readonly number[];

/** The order in which the graph names the axes. */
export function naturalOrder(rank: number): Order {
  return Array.from({ length: rank }, (_, axis) => axis);
}

/** Batch, channels, then the spatial axes: `[0, 3, 1, 2]` for images. */
export function channelsFirst(rank: number): Order {
  return [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, axis) => axis + 1)];
}

/** Channels, batch, then the spatial axes. */
export function channelsOutermost(rank: number): Order {
  return [rank - 1, ...Array.from({ length: rank - 1 }, (_, axis) => axis)];
}

/** One value and the tensors that hold it so far. */
export class Stored {
  readonly spec: Spec;
  /** The same elements with channels in blocks, once there is such a tensor. */
  blocked: Ref | null = null;
  /** Images with channels in blocks, taken apart into the cells of windows that tile them, when that is to be had cheaply. */
  phases: ((window: readonly number[]) => readonly Ref[] | null) | null = null;
  /** The same parts as they are before they are put together: row-major cells of windows, with channels in blocks. */
  parts: { readonly window: readonly number[]; readonly refs: readonly Ref[] } | null = null;
  /** Set where the value is `value` wherever `condition` holds, and zero elsewhere. */
  gate: { readonly condition: Stored; readonly value: Stored } | null = null;
  /** Tensors that broadcast to the value, by order; the first is how it was computed. */
  readonly #compact: Map<string, { readonly order: Order; readonly ref: Ref }>;
  /** Tensors with all elements, where those differ. */
  readonly #whole = new Map<string, Ref>();

  constructor(spec: Spec, ref: Ref, order: Order = naturalOrder(spec.shape.length)) {
    this.spec = spec;
    this.#compact = new Map([[order.join(), { order, ref }]]);
  }

  get rank(): number {
    return this.spec.shape.length;
  }

  /** How it was computed. */
  get native(): { readonly order: Order; readonly ref: Ref } {
    return this.#compact.values().next().value!;
  }

  /** Elements that a transpose to `order` would move; 0 when there is such a tensor or a reshape makes one. */
  costOf(order: Order): number {
    if (this.#compact.has(order.join())) return 0;
    const { order: from, ref } = this.native;
    const sizes = raised(ref.shape, this.rank);
    const real = order.filter((axis) => sizes[from.indexOf(axis)] !== 1).map((axis) => from.indexOf(axis));
    return real.every((axis, i) => i === 0 || axis > real[i - 1]!) ? 0 : sizeOf(ref.shape);
  }

  /** Adds a tensor with all elements in another order. */
  also(order: Order, ref: Ref): void {
    this.#compact.set(order.join(), { order, ref });
  }

  /** A tensor in `order` that broadcasts to the value. In natural order leading axes of size 1 may be missing. */
  compact(e: Emitter, order: Order = naturalOrder(this.rank)): Ref {
    const key = order.join();
    const known = this.#compact.get(key);
    if (known) return known.ref;
    const { order: from, ref } = this.native;
    const moved = e.transpose(
      e.reshape(ref, raised(ref.shape, this.rank)),
      order.map((axis) => from.indexOf(axis)),
    );
    this.#compact.set(key, { order, ref: moved });
    return moved;
  }

  /** A tensor in `order` with all elements. */
  whole(e: Emitter, order: Order = naturalOrder(this.rank)): Ref {
    const key = order.join();
    const known = this.#whole.get(key);
    if (known) return known;
    const ref = e.expand(
      this.compact(e, order),
      order.map((axis) => this.spec.shape[axis]!),
    );
    this.#whole.set(key, ref);
    return ref;
  }

  /** The same tensors seen as a value with axes `permutation`. */
  transposed(spec: Spec, permutation: Order, e: Emitter): Stored {
    const { order, ref } = this.native;
    return new Stored(
      spec,
      e.reshape(ref, raised(ref.shape, this.rank)),
      order.map((axis) => permutation.indexOf(axis)),
    );
  }

  /** The same tensors seen as a larger value that they broadcast to. */
  broadcast(spec: Spec, e: Emitter): Stored {
    const { order, ref } = this.native;
    return spec.shape.length === this.rank ? new Stored(spec, ref, order) : new Stored(spec, this.compact(e));
  }
}

/** A shape with leading axes of size 1 up to a rank. */
export function raised(shape: Shape, rank: number): Shape {
  return shape.length === rank ? shape : [...new Array<number>(rank - shape.length).fill(1), ...shape];
}

/** The order in which the fewest elements of the operands must move; of equals the one that is not natural. */
export function cheapestOrder(operands: readonly Stored[], rank: number): Order {
  const full = operands.filter((operand) => operand.rank === rank);
  const candidates = [...full.map(({ native }) => native.order), naturalOrder(rank)];
  const costs = candidates.map((order) => full.reduce((sum, operand) => sum + operand.costOf(order), 0));
  const natural = naturalOrder(rank).join();
  const least = Math.min(...costs);
  const best = candidates.filter((_, i) => costs[i] === least);
  return best.find((order) => order.join() !== natural) ?? best[0]!;
}
