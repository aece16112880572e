// The average of each window, and its transpose.
import { defineOp, type Op } from '../op.ts';
import type { Spec } from '../spec.ts';
import type { Tensor } from '../tensor.ts';
import { type PoolAttrs, type PoolOptions, poolAttrs, pooledShape, poolFlops, requirePooled } from './pool.ts';
import { spatialOf } from './spatial.ts';

/** Attrs of {@link avgPoolGradientOp}: those of the pool, and the spatial sizes of its input. */
export type AvgPoolGradientAttrs = PoolAttrs & { readonly inputShape: readonly number[] };

/** `x [N, ...in, C]` -> the average of the real cells of each window, `[N, ...out, C]`. */
export const avgPoolOp: Op<PoolAttrs> = defineOp<PoolAttrs>({
  name: 'avgPool',
  infer: ([x], attrs) => ({ shape: pooledShape('avgPool', x!, attrs), dtype: x!.dtype }),
  vjp: ({ dy, inputs: [x], attrs }) => [avgPoolGradientOp([dy], { ...attrs, inputShape: spatialOf(x!.shape) })],
  flops: (_, attrs, out) => poolFlops(out.shape, attrs),
});

/** Gradient of the averages `[N, ...out, C]` -> gradient of the input `[N, ...in, C]`: each shared by its window's real cells. */
export const avgPoolGradientOp: Op<AvgPoolGradientAttrs> = defineOp<AvgPoolGradientAttrs>({
  name: 'avgPoolGradient',
  infer: ([dy], attrs) => {
    const shape = inputOf(dy!, attrs);
    requirePooled('avgPoolGradient', shape, attrs, dy!);
    return { shape, dtype: dy!.dtype };
  },
  vjp: ({ dy: ddx, attrs: { window, strides, padding } }) => [avgPoolOp([ddx], { window, strides, padding })],
  flops: ([dy], attrs) => poolFlops(dy!.shape, attrs),
});

function inputOf(dy: Spec, { inputShape }: AvgPoolGradientAttrs): number[] {
  return [dy.shape[0]!, ...inputShape, dy.shape.at(-1)!];
}

/**
 * The average of each window; cells of the padding do not count. `x [batch, ...spatial, channels]` ->
 * `[batch, ...places, channels]`.
 * @throws ShapeError when the window does not fit
 * @example avgPool(images, { window: 3, strides: 2, padding: 'same' })
 */
export function avgPool(x: Tensor, options: PoolOptions): Tensor {
  return avgPoolOp([x], poolAttrs('avgPool', x, options));
}
