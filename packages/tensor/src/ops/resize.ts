// Images at another size, sampled at half-pixel centres: the centre of result cell i lies at (i + 0.5) * in / out.
import { ConfigError, ShapeError } from '../errors.ts';
import { defineOp, type Op } from '../op.ts';
import { formatShape, isFloat, type Spec, sizeOf } from '../spec.ts';
import type { Tensor } from '../tensor.ts';
import { iotaLike } from './constant.ts';
import { asType } from './elementwise/coerce.ts';
import { gatherOp } from './gather.ts';
import { requireDType } from './infer.ts';
import { type PerAxis, perAxis, requireSpatial, spatialOf } from './spatial.ts';

/** `'nearest'`: the cell that holds the sampled point. `'bilinear'`: the neighbours of the point along each axis, weighted by nearness. */
export type ResizeMode = 'nearest' | 'bilinear';

/** Attrs of {@link resizeOp}: the spatial sizes of the result. */
export type ResizeAttrs = { readonly size: readonly number[]; readonly mode: ResizeMode };
/** Attrs of {@link resizeGradientOp}: the spatial sizes of the input. */
export type ResizeGradientAttrs = { readonly inputShape: readonly number[]; readonly mode: ResizeMode };

/** `x [N, ...in, C]` -> `[N, ...size, C]`. */
export const resizeOp: Op<ResizeAttrs> = defineOp<ResizeAttrs>({
  name: 'resize',
  infer: ([x], { size }) => {
    requireImages('resize', x!, size);
    return resized(x!, size);
  },
  vjp: ({ dy, inputs: [x], attrs: { mode } }) => [resizeGradientOp([dy], { inputShape: spatialOf(x!.shape), mode })],
  simplify: ([x], { size }) => (size.every((cells, axis) => cells === x!.shape[axis + 1]) ? x! : null),
  flops: (_, { mode, size }, out) => (mode === 'nearest' ? 0 : sizeOf(out.shape) * 2 ** (size.length + 1)),
});

/** Gradient of the resized `[N, ...out, C]` -> gradient of the input `[N, ...inputShape, C]`. */
export const resizeGradientOp: Op<ResizeGradientAttrs> = defineOp<ResizeGradientAttrs>({
  name: 'resizeGradient',
  infer: ([dy], { inputShape }) => {
    requireImages('resizeGradient', dy!, inputShape);
    return resized(dy!, inputShape);
  },
  vjp: ({ dy: ddx, inputs: [dy], attrs: { mode } }) => [resizeOp([ddx], { size: spatialOf(dy!.shape), mode })],
  simplify: ([dy], { inputShape }) => (inputShape.every((cells, axis) => cells === dy!.shape[axis + 1]) ? dy! : null),
  flops: ([dy], { mode, inputShape }) => sizeOf(dy!.shape) * (mode === 'nearest' ? 1 : 2 ** (inputShape.length + 1)),
});

function resized(x: Spec, size: readonly number[]): Spec {
  return { shape: [x.shape[0]!, ...size, x.shape.at(-1)!], dtype: x.dtype };
}

function requireImages(name: string, x: Spec, size: readonly number[]): void {
  requireDType(name, x, 'float');
  requireSpatial(name, x);
  if (size.length !== x.shape.length - 2 || [...size, ...spatialOf(x.shape)].some((cells) => cells < 1)) {
    throw new ShapeError(
      `${name}: cannot resize the spatial axes of ${formatShape(x.shape)} to ${formatShape(size)}. Every size must be at least 1.`,
    );
  }
}

/**
 * Images at another size. `x [batch, ...spatial, channels]` -> `[batch, ...size, channels]`; `size` is one number for all
 * spatial axes or one per axis. Integers and booleans stay what they are under `'nearest'` and become float32 under `'bilinear'`.
 * @param mode default `'bilinear'`; along one or three axes it is linear in each
 * @throws ConfigError for another mode, or sizes that are not whole and at least 1
 * @example resize(images, [224, 224])
 */
export function resize(x: Tensor, size: PerAxis, mode: ResizeMode = 'bilinear'): Tensor {
  requireSpatial('resize', x.spec);
  if (mode !== 'nearest' && mode !== 'bilinear') {
    throw new ConfigError(`resize: mode must be 'nearest' or 'bilinear', got '${mode as string}'.`);
  }
  const sizes = perAxis('resize', 'size', size, x.rank - 2);
  if (mode === 'nearest' && !isFloat(x.dtype)) return nearestByIndex(x, sizes);
  return resizeOp([isFloat(x.dtype) ? x : asType(x, 'float32')], { size: sizes, mode });
}

function nearestByIndex(x: Tensor, sizes: readonly number[]): Tensor {
  return sizes.reduce((image, places, axis) => {
    const cells = x.shape[axis + 1]!;
    const chosen = iotaLike(x, [places], 0)
      .mul(2 * cells)
      .add(cells)
      .floorDiv(2 * places);
    return gatherOp([image, chosen], { axis: axis + 1 });
  }, x);
}
