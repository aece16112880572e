// Convolutions and pools. They are computed with the channels last.
import {
  arange,
  avgPool,
  conv,
  convInputGradientOp,
  FormatError,
  maximum,
  maxPool,
  type Shape,
  sizeOf,
  type Tensor,
  UnsupportedOpError,
} from '@nablajs/tensor';
import { type Call, type OperatorTable, operator, requireFew } from '../call.ts';
import { Value } from '../value.ts';

/** Cells of a window that are looked at one by one. */
const MOST_TAPS = 1024;

type Pair = readonly [before: number, after: number];

interface Windows {
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** The padding that the file states, or that follows from "same size". */
  readonly pads: readonly Pair[];
}

/** How windows lie on the spatial sizes. */
function windowsOf({ attributes }: Call, sizes: Shape, window: readonly number[]): Windows {
  const axes = sizes.length;
  if (axes < 1 || axes > 3 || window.length !== axes) {
    throw new UnsupportedOpError(`windows over ${axes} spatial axes; Nabla has one to three.`);
  }
  const each = (name: string): number[] => attributes.list(name) ?? sizes.map(() => 1);
  const [strides, dilations] = [each('strides'), each('dilations')];
  if ([window, strides, dilations].some((list) => list.length !== axes || list.some((value) => value < 1))) {
    throw new FormatError('kernel_shape, strides and dilations need one number of at least 1 per spatial axis.');
  }
  const auto = attributes.text('auto_pad', 'NOTSET');
  const pads = attributes.list('pads') ?? sizes.flatMap(() => [0, 0]);
  if (pads.length !== 2 * axes || pads.some((cells) => cells < 0)) {
    throw new FormatError(`pads [${pads.join(', ')}] are not two numbers from 0 per spatial axis.`);
  }
  return {
    window,
    strides,
    dilations,
    pads: sizes.map((size, axis): Pair => {
      if (auto === 'VALID') return [0, 0];
      if (auto === 'NOTSET' || auto === '') return [pads[axis]!, pads[axis + axes]!];
      const extent = (window[axis]! - 1) * dilations[axis]! + 1;
      const places = Math.ceil(size / strides[axis]!);
      return halved(Math.max(0, (places - 1) * strides[axis]! + extent - size), auto === 'SAME_LOWER');
    }),
  };
}

/** The odd cell lies at the end, unless `lower`. */
function halved(cells: number, lower: boolean): Pair {
  const [less, more] = [Math.floor(cells / 2), Math.ceil(cells / 2)];
  return lower ? [more, less] : [less, more];
}

/** `[filters, channels, ...sizes]` -> `[...sizes, channels, filters]`. */
function kernelLast(kernel: Tensor): Tensor {
  return kernel.transpose([...Array.from({ length: kernel.rank - 2 }, (_, axis) => axis + 2), 1, 0]);
}

function convolution(call: Call): Value {
  const [x, kernel] = [call.value(0), call.tensor(1)];
  const { strides, dilations, pads } = windowsOf(call, x.shape.slice(2), kernel.shape.slice(2));
  const groups = call.attributes.whole('group', 1);
  const y = conv(x.last, kernelLast(kernel), { strides, dilations, groups, padding: pads });
  const bias = call.optional(2);
  return Value.channelsLast(bias ? y.add(bias) : y);
}

/** Every cell spreads the kernel; what the padding names is cut off, what `output_padding` names is added. */
function convolutionTransposed(call: Call): Value {
  const [x, kernel] = [call.value(0), call.tensor(1)];
  const { attributes } = call;
  const sizes = x.shape.slice(2);
  const { strides, dilations, pads, window } = windowsOf(call, sizes, kernel.shape.slice(2));
  const extra = attributes.list('output_padding') ?? sizes.map(() => 0);
  const wanted = attributes.list('output_shape')?.slice(-sizes.length);
  const auto = attributes.text('auto_pad', 'NOTSET');
  const axes = sizes.map((size, axis) => {
    const stride = strides[axis]!;
    const reach = (size - 1) * stride + (window[axis]! - 1) * dilations[axis]! + 1;
    const same = auto === 'SAME_UPPER' || auto === 'SAME_LOWER';
    const target = wanted?.[axis] ?? (same ? size * stride : undefined);
    if (target === undefined) {
      const [before, after] = pads[axis]!;
      return { before, grown: reach - before - after + extra[axis]! };
    }
    const [before] = halved(Math.max(0, reach + extra[axis]! - target), auto !== 'SAME_UPPER');
    return { before, grown: target };
  });
  const full = convInputGradientOp([x.last, kernelLast(kernel)], {
    strides,
    dilations,
    groups: attributes.whole('group', 1),
    padding: sizes.map(() => [0, 0]),
    inputShape: sizes.map((size, axis) => (size - 1) * strides[axis]! + (window[axis]! - 1) * dilations[axis]! + 1),
  });
  const y = placed(full, axes);
  const bias = call.optional(2);
  return Value.channelsLast(bias ? y.add(bias) : y);
}

/** `grown` cells of each spatial axis from `before` on, zeros where there are none. */
function placed(full: Tensor, axes: readonly { readonly before: number; readonly grown: number }[]): Tensor {
  const spatial = full.shape.slice(1, -1);
  const missing = axes.map(({ before, grown }, axis) => Math.max(0, before + grown - spatial[axis]!));
  if (axes.some(({ grown }) => grown < 1)) throw new FormatError('the padding leaves nothing of the result.');
  return full
    .pad([[0, 0], ...missing.map((cells) => [0, cells] as const), [0, 0]])
    .slice(
      [0, ...axes.map(({ before }) => before), 0],
      [full.shape[0]!, ...axes.map(({ grown }) => grown), full.shape.at(-1)!],
    );
}

interface Pool extends Windows {
  /** The stated padding, and cells beyond it that the last window of a rounded-up count reaches. */
  readonly reach: readonly Pair[];
}

function poolOf(call: Call, sizes: Shape): Pool {
  const window = call.attributes.list('kernel_shape');
  if (!window) throw new FormatError('kernel_shape is missing.');
  const windows = windowsOf(call, sizes, window);
  if (!call.attributes.flag('ceil_mode')) return { ...windows, reach: windows.pads };
  const reach = windows.pads.map(([before, after], axis): Pair => {
    const [size, stride] = [sizes[axis]!, windows.strides[axis]!];
    const extent = (window[axis]! - 1) * windows.dilations[axis]! + 1;
    let places = Math.ceil((size + before + after - extent) / stride) + 1;
    // A window that begins in the padding after the end sees nothing.
    if ((places - 1) * stride >= size + before) places -= 1;
    return [before, Math.max(after, (places - 1) * stride + extent - size - before)];
  });
  return { ...windows, reach };
}

function poolMax(call: Call): readonly Value[] {
  const x = call.value(0);
  const { window, strides, dilations, reach } = poolOf(call, x.shape.slice(2));
  const undilated = dilations.every((dilation) => dilation === 1);
  if (!call.outputs[1] && undilated && reach.every((pair, axis) => Math.max(...pair) < window[axis]!)) {
    return [Value.channelsLast(maxPool(x.last, { window, strides, padding: reach }))];
  }
  const border = [[0, 0], ...reach, [0, 0]] as const;
  const taps = tapsOf(window);
  const under = (cells: Tensor): Tensor[] => taps.map((tap) => slicedAt(cells, tap, window, strides, dilations));
  const values = under(x.last.pad(border, Number.NEGATIVE_INFINITY));
  if (!call.outputs[1]) return [Value.channelsLast(values.reduce((best, next) => maximum(best, next)))];
  const places = under(placesIn(x.shape, call.attributes.flag('storage_order')).pad(border));
  // The first of equals wins.
  const best = values.slice(1).reduce(
    (held, value, i) => {
      const wins = value.greater(held.value);
      return { value: wins.where(value, held.value), place: wins.where(places[i + 1]!, held.place) };
    },
    { value: values[0]!, place: places[0]! },
  );
  return [Value.channelsLast(best.value), Value.channelsLast(best.place)];
}

/** The position of every cell in the file's order of axes, the last two swapped when `byColumns`; channels last. */
function placesIn(shape: Shape, byColumns: boolean): Tensor {
  if (!byColumns) return Value.of(arange(sizeOf(shape)).reshape(shape)).last;
  const swapped = shape.map((_, axis) => axis);
  swapped.push(...swapped.splice(-2).reverse());
  const places = arange(sizeOf(shape)).reshape(swapped.map((axis) => shape[axis]!));
  return Value.of(places.transpose(swapped)).last;
}

/** The cells of a window, in row-major order. */
function tapsOf(window: readonly number[]): readonly (readonly number[])[] {
  requireFew(sizeOf(window), MOST_TAPS, 'the number of cells of a window');
  return window.reduce<number[][]>(
    (list, cells) => list.flatMap((tap) => Array.from({ length: cells }, (_, cell) => [...tap, cell])),
    [[]],
  );
}

/** What one cell of the window sees at all its places. */
function slicedAt(
  x: Tensor,
  tap: readonly number[],
  window: readonly number[],
  strides: readonly number[],
  dilations: readonly number[],
): Tensor {
  const [batch, ...spatial] = x.shape.slice(0, -1) as [number, ...number[]];
  const places = spatial.map(
    (size, axis) => Math.floor((size - (window[axis]! - 1) * dilations[axis]! - 1) / strides[axis]!) + 1,
  );
  return x.slice(
    [0, ...tap.map((cell, axis) => cell * dilations[axis]!), 0],
    [batch!, ...places, x.shape.at(-1)!],
    [1, ...strides, 1],
  );
}

function poolAverage(call: Call): Value {
  const x = call.value(0);
  const sizes = x.shape.slice(2);
  const pool = poolOf(call, sizes);
  const { window, strides, dilations, pads, reach } = pool;
  if (dilations.some((dilation) => dilation !== 1)) throw new UnsupportedOpError('AveragePool with dilations.');
  if (!call.attributes.flag('count_include_pad')) {
    return Value.channelsLast(avgPool(x.last, { window, strides, padding: reach }));
  }
  const padded = x.last.pad([[0, 0], ...pads, [0, 0]]);
  const beyond = reach.map(([, after], axis): Pair => [0, Math.max(0, after - pads[axis]![1])]);
  return Value.channelsLast(avgPool(padded, { window, strides, padding: beyond }));
}

/** All spatial axes at once; they stay with size 1. */
function global(reduce: (x: Tensor, axes: readonly number[]) => Tensor): (call: Call) => Value {
  return (call) => {
    const x = call.value(0);
    const axes = x.shape.slice(2).map((_, axis) => axis + 1);
    return Value.channelsLast(reduce(x.last, axes));
  };
}

/** Sums of powers under windows, then the root. */
function poolPower(call: Call): Value {
  const x = call.value(0);
  const { window, strides, pads, dilations } = poolOf(call, x.shape.slice(2));
  if (dilations.some((dilation) => dilation !== 1)) throw new UnsupportedOpError('LpPool with dilations.');
  const p = call.attributes.whole('p', 2);
  const padded = x.last
    .abs()
    .pow(p)
    .pad([[0, 0], ...pads, [0, 0]]);
  const cells = window.reduce((product, size) => product * size, 1);
  return Value.channelsLast(
    avgPool(padded, { window, strides })
      .mul(cells)
      .pow(1 / p),
  );
}

/** Rows of the windows. */
export const windowOperators: OperatorTable = {
  Conv: operator(convolution),
  ConvTranspose: operator(convolutionTransposed),
  MaxPool: operator(poolMax),
  AveragePool: operator(poolAverage),
  LpPool: operator(poolPower),
  GlobalAveragePool: operator(global((x, axes) => x.mean(axes, { keepDims: true }))),
  GlobalMaxPool: operator(global((x, axes) => x.max(axes, { keepDims: true }))),
};
