// Pools. ONNX Runtime's maxima on the CPU lose NaN and its Indices are slow, so windows are taken apart into slices,
// whose largest is a chain of Max: exact, ties and NaN included, and with the slices shared by the gradient.
import type { AvgPoolGradientAttrs, DType, PoolAttrs, Shape, Spec } from '@nablajs/tensor';
import { BLOCKED_PLACES, blockOf, fromBlocked, toBlocked } from './blocked.ts';
import type { Emitter } from './emitter.ts';
import type { Lowering, LoweringTable } from './row.ts';
import { channelsFirst, cheapestOrder, naturalOrder, type Order, Stored } from './stored.ts';
import { gatherTaps, tapSlices, type Windows } from './taps.ts';
import type { Ref } from './writer.ts';

function windowsOf({ window, strides, padding }: PoolAttrs): Windows {
  return { window, strides, padding, dilations: window.map(() => 1) };
}

/** Where the spatial axes lie in a tensor of this order. */
function spatialAxes(order: Order): number[] {
  return order.slice(2).map((_, i) => order.indexOf(i + 1));
}

function spatialOf(shape: Shape): Shape {
  return shape.slice(1, -1);
}

/** From here on, slices of channels-last images are copies of runs, not of single elements. */
const LONG_RUN = 8;

/** The order in which windows are taken apart. */
function poolOrder(operands: readonly Stored[]): Order {
  const [{ rank, spec }] = operands as [Stored];
  return spec.shape.at(-1)! >= LONG_RUN ? naturalOrder(rank) : cheapestOrder(operands, rank);
}

/** How images lie while their windows are taken apart. */
interface Layout {
  readonly axes: readonly number[];
  of(x: Stored): Ref;
  store(ref: Ref, spec: Spec): Stored;
}

/** In blocks where an image comes in blocks, else in the order that moves least. */
function layoutOf(e: Emitter, operands: readonly Stored[]): Layout {
  if (operands.some(({ blocked }) => blocked) && operands.every(({ spec }) => blockOf(e, spec.shape) > 0)) {
    return { axes: BLOCKED_PLACES, of: (x) => toBlocked(e, x), store: (ref, spec) => fromBlocked(e, spec, ref) };
  }
  const order = poolOrder(operands);
  return {
    axes: spatialAxes(order),
    of: (x) => x.whole(e, order),
    store: (ref, spec) => new Stored(spec, ref, order),
  };
}

/** Whether every cell of an image is in exactly one window. */
function tilesImage({ shape }: Spec, { window, strides, padding }: PoolAttrs): boolean {
  return window.every(
    (size, axis) =>
      size === strides[axis] && shape[axis + 1]! % size === 0 && padding[axis]!.every((cells) => cells === 0),
  );
}

/** The slices of a window over `x`; padding never wins. */
function candidates(e: Emitter, x: Stored, layout: Layout, attrs: PoolAttrs): readonly Ref[] {
  const phases = layout.axes === BLOCKED_PLACES && tilesImage(x.spec, attrs) ? x.phases?.(attrs.window) : null;
  if (phases) return phases;
  return tapSlices(e, layout.of(x), layout.axes, windowsOf(attrs), Number.NEGATIVE_INFINITY);
}

/**
 * For each tap but the last, where it holds its window's maximum, or NaN unless that does not matter. Where no earlier one does,
 * it is the winner.
 */
function winners(e: Emitter, taps: readonly Ref[], { gated = false }: { readonly gated?: boolean } = {}): Ref[] {
  const best = e.variadic('Max', taps);
  return taps.slice(0, -1).map((tap) => {
    const equal = e.binary('Equal', tap, best, 'bool');
    return gated ? equal : e.binary('Or', equal, e.unary('IsNaN', tap, 'bool'));
  });
}

const maxPool: Lowering<PoolAttrs> = ({ operands: [x], attrs, spec }, e) => {
  const layout = layoutOf(e, [x!]);
  return layout.store(e.variadic('Max', candidates(e, x!, layout, attrs)), spec);
};

/** `gated` comes from a pass: the gradient of every window with NaN is zero. */
type GradientAttrs = PoolAttrs & { readonly gated?: boolean };

const maxPoolGradient: Lowering<GradientAttrs> = ({ operands: [x, dy], attrs, spec }, e) => {
  const layout = layoutOf(e, [x!, dy!]);
  const wins = winners(e, candidates(e, x!, layout, attrs), attrs);
  // What is zero by a condition, as behind ReLU, is chosen together with the winners.
  const { condition, value } = dy!.gate ?? { condition: null, value: dy! };
  const gradient = layout.of(value);
  const kept = (where: Ref): Ref => e.where(where, gradient, e.scalar(gradient.type, 0));
  let left: Ref | null = condition && layout.of(condition);
  // The gradient goes to the first tap that wins; the last takes what no other did.
  const parts = wins.map((win) => {
    const first = left ? e.binary('And', win, left) : win;
    left = left ? e.binary('Xor', left, first) : e.unary('Not', win);
    return kept(first);
  });
  parts.push(left ? kept(left) : gradient);
  const result = layout.store(gatherTaps(e, parts, layout.axes, spatialOf(spec.shape), windowsOf(attrs)), spec);
  if (layout.axes === BLOCKED_PLACES && tilesImage(spec, attrs)) result.parts = { window: attrs.window, refs: parts };
  return result;
};

const maxPoolPick: Lowering<PoolAttrs> = ({ operands: [x, values], attrs, spec }, e) => {
  const layout = layoutOf(e, [x!, values!]);
  const wins = winners(e, candidates(e, x!, layout, attrs));
  const picks = tapSlices(e, layout.of(values!), layout.axes, windowsOf(attrs), 0);
  const picked = wins.reduceRight((later, win, i) => e.where(win, picks[i]!, later), picks.at(-1)!);
  return layout.store(picked, spec);
};

const avgPool: Lowering<PoolAttrs> = ({ operands: [x], attrs, spec }, e) => {
  const { window, strides, padding } = attrs;
  // ONNX Runtime hands cuDNN only the padding in front.
  if (e.target.device === 'cuda' && padding.some(([before, after]) => before !== after)) {
    return averageOfSlices(e, x!, attrs, spec);
  }
  const order = channelsFirst(x!.rank);
  const average = e.node(
    'AveragePool',
    [x!.whole(e, order)],
    spec.dtype,
    order.map((axis) => spec.shape[axis]!),
    {
      kernel_shape: window,
      strides,
      pads: [...padding.map(([before]) => before), ...padding.map(([, after]) => after)],
      count_include_pad: 0,
    },
  );
  return new Stored(spec, average, order);
};

function averageOfSlices(e: Emitter, x: Stored, attrs: PoolAttrs, spec: Spec): Stored {
  const order = poolOrder([x]);
  const cells = tapSlices(e, x.whole(e, order), spatialAxes(order), windowsOf(attrs), 0);
  const total = cells.reduce((sum, tap) => e.binary('Add', sum, tap));
  const inputShape = spatialOf(x.spec.shape);
  const average = spatialAxes(order).reduce((result, axis, depth) => {
    const shares = sharesAlong(result.shape[axis]!, { ...attrs, inputShape }, depth);
    return e.binary('Mul', result, alongAxis(e, spec.dtype, shares, axis, order.length));
  }, total);
  return new Stored(spec, average, order);
}

/** A list of numbers, shaped so that it broadcasts along one axis. */
function alongAxis(e: Emitter, type: DType, list: readonly number[], axis: number, rank: number): Ref {
  const shape = new Array<number>(rank).fill(1);
  shape[axis] = list.length;
  return e.constant(type, shape, Float32Array.from(list));
}

const avgPoolGradient: Lowering<AvgPoolGradientAttrs> = ({ operands: [dy], attrs, spec }, e) => {
  const { order } = dy!.native;
  const axes = spatialAxes(order);
  const windows = windowsOf(attrs);
  let share = dy!.whole(e, order);
  // Windows and counts are products over the axes, so each axis is spread by itself.
  axes.forEach((axis, depth) => {
    const shares = sharesAlong(share.shape[axis]!, attrs, depth);
    const equal = e.binary('Mul', share, alongAxis(e, spec.dtype, shares, axis, order.length));
    const one: Windows = {
      window: [windows.window[depth]!],
      strides: [windows.strides[depth]!],
      dilations: [1],
      padding: [windows.padding[depth]!],
    };
    const taps = new Array<Ref>(one.window[0]!).fill(equal);
    share = gatherTaps(e, taps, [axis], [attrs.inputShape[depth]!], one);
  });
  return new Stored(spec, share, order);
};

/** One over the real cells under each place of a window along one axis. */
function sharesAlong(
  places: number,
  { window, strides, padding, inputShape }: AvgPoolGradientAttrs,
  depth: number,
): number[] {
  return Array.from({ length: places }, (_, place) => {
    const first = place * strides[depth]! - padding[depth]![0];
    return 1 / (Math.min(inputShape[depth]!, first + window[depth]!) - Math.max(0, first));
  });
}

/** Rows of the pools and their gradients. */
export const poolRows: LoweringTable = { maxPool, maxPoolGradient, maxPoolPick, avgPool, avgPoolGradient };
