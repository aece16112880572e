// Loops run over domains: the elements of a shape in order. Nodes whose shapes differ may share one when every axis
// boundary of the one can be a boundary of the other: [64, 784] and [64, 28, 28] both refine to [64, 28, 28].
import type { Shape } from '@nablajs/tensor';

/** Numbers of elements that the axes of a shape cut off at the end, largest first; the whole size leads, 1 is left out. */
export type Cuts = readonly number[];

/** The cuts of a shape. */
export function cutsOf(shape: Shape): Cuts {
  const cuts: number[] = [];
  let inner = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] === 1) continue;
    inner *= shape[axis]!;
    cuts.push(inner);
  }
  return cuts.reverse();
}

/** The cuts of both, or `null` when one cut would fall inside a step of another. */
export function refine(a: Cuts, b: Cuts): Cuts | null {
  const all = [...new Set([...a, ...b])].sort((x, y) => y - x);
  return all.every((cut, i) => i === 0 || all[i - 1]! % cut === 0) ? all : null;
}

/** Sizes between the cuts, outermost first. */
export function dimsOf(cuts: Cuts): number[] {
  return cuts.map((cut, i) => cut / (cuts[i + 1] ?? 1));
}

/** Per dimension, something that is given per axis of a shape with coarser cuts; strides are scaled by `scale`. */
export function spread<T>(shape: Shape, perAxis: readonly T[], cuts: Cuts, scale: (value: T, steps: number) => T): T[] {
  const dims: T[] = [];
  let at = 0;
  let inner = shape.reduce((product, size) => product * size, 1);
  shape.forEach((size, axis) => {
    if (size === 1) return;
    inner /= size;
    while (at < cuts.length && cuts[at]! > inner) {
      const step = cuts[at + 1] ?? 1;
      dims.push(scale(perAxis[axis]!, step / inner));
      at++;
    }
  });
  return dims;
}
