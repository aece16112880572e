import type { Attrs, Shape } from '@nablajs/tensor';
import { planResize, planResizeGradient, type ResizeShape, resize, resizeGradient } from '../kernels/resize.ts';
import type { Family } from './family.ts';
import { kernelLowering } from './lowering.ts';

const spatial = (shape: Shape): readonly number[] => shape.slice(1, -1);

function resizeShape(x: Shape, y: Shape, attrs: Attrs): ResizeShape {
  const mode = attrs['mode'] as ResizeShape['mode'];
  return { batch: x[0]!, input: spatial(x), output: spatial(y), channels: x.at(-1)!, mode };
}

/** Resizing over spatial axes, and its gradient. */
export const resizing: Family<'resize' | 'resizeGradient'> = {
  kernels: [resize, resizeGradient],
  rows: {
    resize: kernelLowering(['x'], 'y', ({ specs: [x], spec, attrs }) =>
      planResize(resizeShape(x!.shape, spec.shape, attrs)),
    ),
    resizeGradient: kernelLowering(['dy'], 'dx', ({ specs: [dy], spec, attrs }) =>
      planResizeGradient(resizeShape(spec.shape, dy!.shape, attrs)),
    ),
  },
};
