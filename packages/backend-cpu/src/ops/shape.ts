import { type Attrs, type Shape, type Spec, stridesOf } from '@nablajs/tensor';
import type { Layout, Lowering } from './lowering.ts';

/** The layout of elements one after the other. */
export function dense(shape: Shape): Layout {
  return { offset: 0, strides: stridesOf(shape) };
}

/** True when the elements of a shape lie one after the other, wherever they start. */
export function isContiguous({ strides }: Layout, shape: Shape): boolean {
  const wanted = stridesOf(shape);
  return shape.every((size, axis) => size === 1 || strides[axis] === wanted[axis]);
}

const numbers = (attrs: Attrs, name: string): readonly number[] => attrs[name] as readonly number[];

/** A layout seen under another shape of the same size, or `null` when that takes more than strides. */
function reshaped(layout: Layout, from: Shape, to: Shape): Layout | null {
  if (from.includes(0)) return dense(to);
  const axes = from.flatMap((size, axis) => (size === 1 ? [] : [{ size, stride: layout.strides[axis]! }]));
  const strides = new Array<number>(to.length).fill(0);
  let at = 0;
  let axis = 0;
  while (at < axes.length) {
    // The shortest runs of old and new axes with equal products.
    const first = axis;
    let [old, fresh, end] = [axes[at]!.size, 1, at + 1];
    while (old !== fresh) {
      if (fresh < old) fresh *= to[axis++]!;
      else old *= axes[end++]!.size;
    }
    for (let i = at; i + 1 < end; i++) {
      if (axes[i]!.stride !== axes[i + 1]!.stride * axes[i + 1]!.size) return null;
    }
    let step = axes[end - 1]!.stride;
    for (let i = axis - 1; i >= first; i--) {
      strides[i] = step;
      step *= to[i]!;
    }
    at = end;
  }
  return { offset: layout.offset, strides };
}

/** Strides for a larger shape: repeated axes stand still. */
export function broadcast(layout: Layout, from: Shape, to: Shape): Layout {
  const lead = to.length - from.length;
  const strides = to.map((size, axis) =>
    axis < lead || (from[axis - lead] === 1 && size !== 1) ? 0 : layout.strides[axis - lead]!,
  );
  return { offset: layout.offset, strides };
}

function sliced({ offset, strides }: Layout, attrs: Attrs): Layout {
  const starts = numbers(attrs, 'starts');
  const steps = numbers(attrs, 'strides');
  return {
    offset: strides.reduce((sum, stride, axis) => sum + stride * starts[axis]!, offset),
    strides: strides.map((stride, axis) => stride * steps[axis]!),
  };
}

function flipped({ offset, strides }: Layout, shape: Shape, axes: readonly number[]): Layout {
  return {
    offset: axes.reduce((sum, axis) => sum + (shape[axis]! - 1) * strides[axis]!, offset),
    strides: strides.map((stride, axis) => (axes.includes(axis) ? -stride : stride)),
  };
}

/** Rows of the table for ops that move elements or name them. */
export const shape: Readonly<Record<string, Lowering>> = {
  reshape: { kind: 'view', view: (layout, from, _, spec) => reshaped(layout, from, spec.shape) },
  broadcastTo: { kind: 'view', view: (layout, from, _, spec) => broadcast(layout, from, spec.shape) },
  slice: { kind: 'view', view: (layout, _, attrs) => sliced(layout, attrs) },
  transpose: {
    kind: 'view',
    view: ({ offset, strides }, _, attrs) => ({
      offset,
      strides: numbers(attrs, 'permutation').map((axis) => strides[axis]!),
    }),
  },
  flip: { kind: 'view', view: (layout, from, attrs) => flipped(layout, from, numbers(attrs, 'axes')) },
  full: {
    kind: 'source',
    values: (attrs, spec: Spec) => ({ offset: attrs['value'] as number, strides: spec.shape.map(() => 0) }),
  },
  iota: {
    kind: 'source',
    values: (attrs, spec: Spec) => ({
      offset: 0,
      strides: spec.shape.map((_, axis) => (axis === attrs['axis'] ? 1 : 0)),
    }),
  },
};
