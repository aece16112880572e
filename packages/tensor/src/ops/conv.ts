// Convolutions for users: options normalised, then one of the three primitives.
import { ConfigError, ShapeError } from '../errors.ts';
import { formatShape, formatSpec } from '../spec.ts';
import type { Tensor } from '../tensor.ts';
import { type ConvAttrs, convInputGradientOp, convOp } from './conv-ops.ts';
import { requireDType } from './infer.ts';
import {
  evenly,
  explicitPadding,
  extentOf,
  type Padding,
  type PerAxis,
  perAxis,
  requireSpatial,
  spatialOf,
} from './spatial.ts';

/** Options of the convolutions. */
export interface ConvOptions {
  /** Cells from one window to the next. Default 1. */
  readonly strides?: PerAxis;
  /** Default `'valid'`. */
  readonly padding?: Padding;
  /** Cells from one tap of the kernel to the next. Default 1. */
  readonly dilations?: PerAxis;
  /** Input and result channels split into this many independent groups. Default 1. */
  readonly groups?: number;
}

/** Options of {@link convTranspose}. */
export interface ConvTransposeOptions extends ConvOptions {
  /** Cells added to one side of the result; less than the stride. Default: by Keras' rule, see {@link convTranspose}. */
  readonly outputPadding?: PerAxis;
}

/**
 * Convolution over one to three spatial axes (cross-correlation, as in every framework: the kernel is not flipped).
 * `x [batch, ...spatial, channels]`, `kernel [...sizes, channels / groups, filters]` -> `[batch, ...places, filters]`.
 * @throws ShapeError when kernel and channels do not match or the kernel does not fit
 * @example conv(images, kernel, { strides: 2, padding: 'same' })
 */
export function conv(x: Tensor, kernel: Tensor, options: ConvOptions = {}): Tensor {
  return convOp([x, kernel], attrsOf('conv', x, kernel, options));
}

/** {@link conv} over one axis: `x [batch, steps, channels]`, `kernel [size, channels / groups, filters]`. */
export function conv1d(x: Tensor, kernel: Tensor, options?: ConvOptions): Tensor {
  requireAxes('conv1d', x, ['steps']);
  return conv(x, kernel, options);
}

/** {@link conv} over two axes: `x [batch, height, width, channels]`, `kernel [height, width, channels / groups, filters]`. */
export function conv2d(x: Tensor, kernel: Tensor, options?: ConvOptions): Tensor {
  requireAxes('conv2d', x, ['height', 'width']);
  return conv(x, kernel, options);
}

/** {@link conv} over three axes: `x [batch, depth, height, width, channels]`, `kernel [...sizes, channels / groups, filters]`. */
export function conv3d(x: Tensor, kernel: Tensor, options?: ConvOptions): Tensor {
  requireAxes('conv3d', x, ['depth', 'height', 'width']);
  return conv(x, kernel, options);
}

/**
 * Transposed convolution, the map that {@link conv} pulls gradients back with: every input cell spreads the kernel.
 * `x [batch, ...spatial, channels]`, `kernel [...sizes, filters / groups, channels]` -> `[batch, ...grown, filters]`.
 *
 * Sizes grow as in Keras, with `k` the dilated kernel size: `'valid'` to `size * stride + max(k - stride, 0)`, `'same'` to
 * `size * stride`; with `outputPadding` or explicit padding to `(size - 1) * stride + k - padding + outputPadding`.
 * @throws ShapeError when kernel and channels do not match
 */
export function convTranspose(x: Tensor, kernel: Tensor, options: ConvTransposeOptions = {}): Tensor {
  const name = 'convTranspose';
  const { strides, dilations, groups } = attrsOf(name, x, kernel, { ...options, padding: 'valid' });
  if (x.shape.at(-1) !== kernel.shape.at(-1)) {
    throw new ShapeError(
      `${name}: input ${formatShape(x.shape)} has ${x.shape.at(-1)} channels, kernel ${formatShape(kernel.shape)} expects ${kernel.shape.at(-1)} ` +
        '(its last axis). The kernel of a transposed convolution is [...sizes, filters, channels].',
    );
  }
  const { padding = 'valid' } = options;
  const spatial = spatialOf(x.shape);
  const extra = options.outputPadding === undefined ? undefined : extraCells(name, options.outputPadding, strides);
  const explicit =
    typeof padding === 'string' ? null : explicitPadding(name, padding, spatial, spatial, { strides, dilations });
  const axes = spatial.map((size, axis) => {
    const stride = strides[axis]!;
    const extent = extentOf(kernel.shape[axis]!, dilations[axis]!);
    const reach = (size - 1) * stride + extent;
    if (explicit) {
      const [before, after] = explicit[axis]!;
      return { grown: reach - before - after + (extra?.[axis] ?? 0), pair: [before, after] as const };
    }
    if (padding === 'valid')
      return { grown: extra ? reach + extra[axis]! : Math.max(reach, size * stride), pair: [0, 0] as const };
    const grown = extra ? reach - 2 * Math.floor(extent / 2) + extra[axis]! : size * stride;
    return { grown, pair: evenly(Math.max(0, reach - grown)) };
  });
  return convInputGradientOp([x, kernel], {
    strides,
    dilations,
    groups,
    padding: axes.map(({ pair }) => pair),
    inputShape: axes.map(({ grown }) => grown),
  });
}

/**
 * Convolution of each channel by itself. `x [batch, ...spatial, channels]`, `kernel [...sizes, channels, multiplier]` ->
 * `[batch, ...places, channels * multiplier]`; the results of one channel lie beside each other, as in Keras.
 * @throws ShapeError when kernel and channels do not match
 */
export function depthwiseConv(x: Tensor, kernel: Tensor, options: Omit<ConvOptions, 'groups'> = {}): Tensor {
  const [channels, multiplier] = kernel.shape.slice(-2) as [number, number];
  if (kernel.rank !== x.rank || channels !== x.shape.at(-1)) {
    throw new ShapeError(
      `depthwiseConv: input ${formatShape(x.shape)} has ${x.shape.at(-1)} channels, kernel ${formatShape(kernel.shape)} does not fit. ` +
        `Use a kernel [...sizes, ${x.shape.at(-1)}, multiplier] of rank ${x.rank}.`,
    );
  }
  const grouped = kernel.reshape([...kernel.shape.slice(0, -2), 1, channels * multiplier]);
  return convOp([x, grouped], attrsOf('depthwiseConv', x, grouped, { ...options, groups: channels }));
}

/**
 * A depthwise convolution, then a pointwise one that mixes channels. `depthwise [...sizes, channels, multiplier]`,
 * `pointwise [...1, channels * multiplier, filters]`; options apply to the depthwise part. Chollet, 2017, arXiv:1610.02357.
 */
export function separableConv(
  x: Tensor,
  depthwise: Tensor,
  pointwise: Tensor,
  options: Omit<ConvOptions, 'groups'> = {},
): Tensor {
  return conv(depthwiseConv(x, depthwise, options), pointwise);
}

function attrsOf(name: string, x: Tensor, kernel: Tensor, options: ConvOptions): ConvAttrs {
  requireDType(name, x.spec, 'float');
  requireSpatial(name, x.spec);
  if (kernel.rank !== x.rank) {
    throw new ShapeError(
      `${name}: kernel ${formatShape(kernel.shape)} has rank ${kernel.rank}, input ${formatShape(x.shape)} needs rank ${x.rank}: ` +
        `${x.rank - 2} sizes, then two axes of channels.`,
    );
  }
  const { padding = 'valid', groups = 1 } = options;
  if (!Number.isInteger(groups) || groups < 1) {
    throw new ConfigError(`${name}: groups must be a whole number of at least 1, got ${groups}.`);
  }
  const strides = perAxis(name, 'strides', options.strides ?? 1, x.rank - 2);
  const dilations = perAxis(name, 'dilations', options.dilations ?? 1, x.rank - 2);
  const window = kernel.shape.slice(0, -2);
  return {
    strides,
    dilations,
    padding: explicitPadding(name, padding, spatialOf(x.shape), window, { strides, dilations }),
    groups,
  };
}

function extraCells(name: string, cells: PerAxis, strides: readonly number[]): readonly number[] {
  const list = typeof cells === 'number' ? strides.map(() => cells) : cells;
  if (
    list.length !== strides.length ||
    list.some((extra, axis) => !Number.isInteger(extra) || extra < 0 || extra >= strides[axis]!)
  ) {
    throw new ConfigError(
      `${name}: outputPadding must be whole numbers from 0 to below the stride, one per spatial axis, ` +
        `got ${formatShape(list)} with strides ${formatShape(strides)}.`,
    );
  }
  return list;
}

function requireAxes(name: string, x: Tensor, spatial: readonly string[]): void {
  if (x.rank === spatial.length + 2) return;
  throw new ShapeError(
    `${name}: expects [batch, ${spatial.join(', ')}, channels], got ${formatSpec(x.spec)}.` +
      (x.rank === spatial.length + 1
        ? ' Add the missing axis: expandDims(0) for one sample, expandDims(-1) for one channel.'
        : ''),
  );
}
