// Images at another size, sampled at half-pixel centres: the centre of result cell i lies at (i + 0.5) * in / out.
import { ConfigError, ShapeError } from '../errors.ts';
import { defineOp, type Op } from '../op.ts';
import { formatShape, isFloat, type Shape, type Spec, sizeOf } from '../spec.ts';
import type { Tensor } from '../tensor.ts';
import { iotaLike, wide } from './constant.ts';
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
  reference: ({ inputs: [x], specs: [from], attrs: { mode }, spec }) => {
    const out = wide(spec.dtype, sizeOf(spec.shape));
    eachShare(from!.shape, spec.shape, mode, (cell, place, weight) => {
      out[place]! += weight * x![cell]!;
    });
    return out;
  },
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
  reference: ({ inputs: [dy], specs: [from], attrs: { mode }, spec }) => {
    const out = wide(spec.dtype, sizeOf(spec.shape));
    eachShare(spec.shape, from!.shape, mode, (cell, place, weight) => {
      out[cell]! += weight * dy![place]!;
    });
    return out;
  },
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

/** Visits each cell of `x` that has a share in a cell of `y`, with its weight. */
function eachShare(
  x: Shape,
  y: Shape,
  mode: ResizeMode,
  visit: (cell: number, place: number, weight: number) => void,
): void {
  const shares = spatialOf(x).map((cells, axis) => (mode === 'nearest' ? nearest : linear)(cells, spatialOf(y)[axis]!));
  const channels = x.at(-1)!;
  const walk = (axis: number, cell: number, place: number, weight: number): void => {
    const along = shares[axis];
    if (along) {
      along.forEach((parts, i) => {
        for (const [at, part] of parts)
          walk(axis + 1, cell * x[axis + 1]! + at, place * y[axis + 1]! + i, weight * part);
      });
      return;
    }
    for (let channel = 0; channel < channels; channel++)
      visit(cell * channels + channel, place * channels + channel, weight);
  };
  for (let image = 0; image < x[0]!; image++) walk(0, image, image, 1);
}

type Shares = readonly (readonly (readonly [at: number, weight: number])[])[];

function nearest(cells: number, places: number): Shares {
  return Array.from({ length: places }, (_, i) => [[Math.floor(((2 * i + 1) * cells) / (2 * places)), 1]]);
}

function linear(cells: number, places: number): Shares {
  return Array.from({ length: places }, (_, i) => {
    // Points beyond the outermost centres take the value of the outermost cell.
    const point = Math.min(cells - 1, Math.max(0, ((i + 0.5) * cells) / places - 0.5));
    const before = Math.floor(point);
    const beyond = point - before;
    return beyond === 0
      ? [[before, 1]]
      : [
          [before, 1 - beyond],
          [before + 1, beyond],
        ];
  });
}

/**
 * Images at another size. `x [batch, ...spatial, channels]` -> `[batch, ...size, channels]`; `size` is one number for all
 * spatial axes or one per axis. Integers and booleans stay what they are under `'nearest'` and become float32 under `'bilinear'`.
 * @param mode default `'bilinear'`; along one or three axes it is linear in each
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
