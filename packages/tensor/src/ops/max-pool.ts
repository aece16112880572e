// The largest of each window, the gradient that goes back to it, and the value found at its place: each the others' derivative.
import { ShapeError } from '../errors.ts';
import { defineOp, type Op } from '../op.ts';
import { formatSpec, sameShape } from '../spec.ts';
import type { Tensor } from '../tensor.ts';
import { requireSameDType } from './infer.ts';
import { type PoolAttrs, type PoolOptions, poolAttrs, pooledShape, poolFlops, requirePooled } from './pool.ts';

/** `x [N, ...in, C]` -> the largest of each window, `[N, ...out, C]`; NaN propagates. */
export const maxPoolOp: Op<PoolAttrs> = defineOp<PoolAttrs>({
  name: 'maxPool',
  infer: ([x], attrs) => ({ shape: pooledShape('maxPool', x!, attrs), dtype: x!.dtype }),
  vjp: ({ dy, inputs: [x], attrs }) => [maxPoolGradientOp([x!, dy], attrs)],
  flops: (_, attrs, out) => poolFlops(out.shape, attrs),
});

/** `x`, gradient of its maxima -> gradient of `x`: each goes to the first maximum of its window, row-major. */
export const maxPoolGradientOp: Op<PoolAttrs> = defineOp<PoolAttrs>({
  name: 'maxPoolGradient',
  infer: ([x, dy], attrs) => {
    requireSameDType('maxPoolGradient', [x!, dy!]);
    requirePooled('maxPoolGradient', x!.shape, attrs, dy!);
    return x!;
  },
  vjp: ({ dy: ddx, inputs: [x], attrs }) => [null, maxPoolPickOp([x!, ddx], attrs)],
  flops: ([, dy], attrs) => poolFlops(dy!.shape, attrs),
});

/** `x`, values like `x` -> the value at the place of each window's first maximum, `[N, ...out, C]`. */
export const maxPoolPickOp: Op<PoolAttrs> = defineOp<PoolAttrs>({
  name: 'maxPoolPick',
  infer: ([x, values], attrs) => {
    requireSameDType('maxPoolPick', [x!, values!]);
    if (!sameShape(x!.shape, values!.shape)) {
      throw new ShapeError(
        `maxPoolPick: the values must have the shape of the input, got ${formatSpec(values!)} beside ${formatSpec(x!)}.`,
      );
    }
    return { shape: pooledShape('maxPoolPick', x!, attrs), dtype: x!.dtype };
  },
  vjp: ({ dy, inputs: [x], attrs }) => [null, maxPoolGradientOp([x!, dy], attrs)],
  flops: (_, attrs, out) => poolFlops(out.shape, attrs),
});

/**
 * The largest value of each window. `x [batch, ...spatial, channels]` -> `[batch, ...places, channels]`.
 * @throws ShapeError when the window does not fit
 * @example maxPool(images, { window: 2 }) // [8, 28, 28, 3] -> [8, 14, 14, 3]
 */
export function maxPool(x: Tensor, options: PoolOptions): Tensor {
  return maxPoolOp([x], poolAttrs('maxPool', x, options));
}
