import type { Sample } from '../../op.ts';
import type { Shape } from '../../spec.ts';
import type { ResizeAttrs, ResizeGradientAttrs, ResizeMode } from '../resize.ts';
import { spatialOf } from '../spatial.ts';

interface Resizing {
  readonly note: string;
  readonly x: Shape;
  readonly y: Shape;
}

const RESIZINGS: readonly Resizing[] = [
  { note: 'twice as large', x: [1, 3, 4, 2], y: [1, 6, 8, 2] },
  { note: 'half as large', x: [2, 6, 4, 3], y: [2, 3, 2, 3] },
  { note: 'uneven', x: [1, 5, 7, 2], y: [1, 8, 3, 2] },
  { note: 'from one cell', x: [2, 1, 1, 3], y: [2, 3, 2, 3] },
  { note: 'to one cell', x: [1, 4, 5, 2], y: [1, 1, 1, 2] },
  { note: '1-D', x: [2, 5, 3], y: [2, 7, 3] },
  { note: '3-D', x: [1, 2, 3, 4, 2], y: [1, 3, 5, 2, 2] },
  { note: 'unchanged', x: [1, 3, 4, 1], y: [1, 3, 4, 1] },
  { note: 'no images', x: [0, 3, 4, 2], y: [0, 6, 8, 2] },
  { note: 'ragged sizes', x: [1, 13, 17, 19], y: [1, 29, 23, 19] },
];

function samplesOf<A extends ResizeAttrs | ResizeGradientAttrs>(
  operand: 'x' | 'y',
  attrs: (resizing: Resizing, mode: ResizeMode) => A,
): Sample<A>[] {
  return (['nearest', 'bilinear'] as const).flatMap((mode) =>
    RESIZINGS.map((resizing) => ({
      inputs: [resizing[operand]],
      attrs: attrs(resizing, mode),
      note: `${mode}, ${resizing.note}`,
    })),
  );
}

/** Calls that ops of resize.ts are tested with. */
export const resizeSamples: {
  readonly resize: readonly Sample<ResizeAttrs>[];
  readonly resizeGradient: readonly Sample<ResizeGradientAttrs>[];
} = {
  resize: samplesOf('x', ({ y }, mode) => ({ size: spatialOf(y), mode })),
  resizeGradient: samplesOf('y', ({ x }, mode) => ({ inputShape: spatialOf(x), mode })),
};
