// Images at another size: every axis by itself, each result cell a weighted sum of a few cells along it.
import { FormatError, fromData, resize, type Shape, type Tensor, UnsupportedOpError } from '@nablajs/tensor';
import { type Call, type OperatorTable, operator, requireFew } from '../call.ts';
import { Value } from '../value.ts';
import { pick } from './shape.ts';

/** Cells along an axis that are listed one by one. */
const MOST_CELLS = 1 << 24;

/** One axis: its sizes, and how result places lie among the cells. */
interface Axis {
  readonly from: number;
  readonly to: number;
  /** Result cells per cell, as the file states it: with sizes rounded down it is not exactly `to / from`. */
  readonly scale: number;
  readonly region: readonly [start: number, end: number];
}

/** Cells and weights of every result place: `taps[t][place]`. */
interface Taps {
  readonly cells: readonly (readonly number[])[];
  readonly weights: readonly (readonly number[])[];
}

/** Where the centre of a result cell lies among the cells. */
function sourceOf(mode: string, { from, to, scale, region }: Axis): (place: number) => number {
  switch (mode) {
    case 'half_pixel':
      return (place) => (place + 0.5) / scale - 0.5;
    case 'half_pixel_symmetric': {
      const centre = (from / 2) * (1 - to / (scale * from));
      return (place) => centre + (place + 0.5) / scale - 0.5;
    }
    case 'pytorch_half_pixel':
      return (place) => (to > 1 ? (place + 0.5) / scale - 0.5 : 0);
    case 'align_corners':
      // The standard divides by the exact size, not by the one that is rounded down.
      return (place) => (to > 1 ? (place * (from - 1)) / (from * scale - 1) : 0);
    case 'asymmetric':
      return (place) => place / scale;
    case 'tf_half_pixel_for_nn':
      return (place) => (place + 0.5) / scale;
    case 'tf_crop_and_resize':
      return (place) =>
        to > 1
          ? region[0] * (from - 1) + (place * (region[1] - region[0]) * (from - 1)) / (to - 1)
          : 0.5 * (region[0] + region[1]) * (from - 1);
    default:
      throw new UnsupportedOpError(`Resize with coordinate_transformation_mode '${mode}'.`);
  }
}

const ROUNDINGS: Readonly<Record<string, (at: number) => number>> = {
  round_prefer_floor: (at) => Math.ceil(at - 0.5),
  round_prefer_ceil: (at) => Math.floor(at + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

/** Weights of four neighbours. Keys, 1981. */
function cubic(beyond: number, a: number): number[] {
  const near = (t: number): number => ((a + 2) * t - (a + 3)) * t * t + 1;
  const far = (t: number): number => ((a * t - 5 * a) * t + 8 * a) * t - 4 * a;
  return [far(1 + beyond), near(beyond), near(1 - beyond), far(2 - beyond)];
}

function tapsOf(call: Call, mode: string, axis: Axis): Taps {
  const { attributes, opset } = call;
  const stated = attributes.text('coordinate_transformation_mode', opset < 11 ? 'asymmetric' : 'half_pixel');
  const source = sourceOf(stated, axis);
  const places = Array.from({ length: axis.to }, (_, place) => source(place));
  const outside = (at: number): boolean => stated === 'tf_crop_and_resize' && (at < 0 || at > axis.from - 1);
  if (mode === 'nearest') {
    const round = ROUNDINGS[attributes.text('nearest_mode', opset < 11 ? 'floor' : 'round_prefer_floor')];
    if (!round) throw new UnsupportedOpError(`Resize with nearest_mode '${attributes.text('nearest_mode', '')}'.`);
    return limited([places.map(round)], [places.map((at) => (outside(at) ? 0 : 1))], axis.from, false);
  }
  const floors = places.map(Math.floor);
  const linear = mode === 'linear';
  const offsets = linear ? [0, 1] : [-1, 0, 1, 2];
  const a = attributes.real('cubic_coeff_a', -0.75);
  const shares = places.map((at, place) => {
    if (outside(at)) return offsets.map(() => 0);
    const beyond = at - floors[place]!;
    return linear ? [1 - beyond, beyond] : cubic(beyond, a);
  });
  return limited(
    offsets.map((offset) => floors.map((at) => at + offset)),
    offsets.map((_, tap) => shares.map((share) => share[tap]!)),
    axis.from,
    !linear && attributes.flag('exclude_outside'),
  );
}

/** Cells beyond the border are the outermost ones; excluded, they lose their weight and the others share it. */
function limited(cells: number[][], weights: number[][], from: number, exclude: boolean): Taps {
  const kept = exclude
    ? weights.map((list, tap) => list.map((weight, place) => (isInside(cells[tap]![place]!, from) ? weight : 0)))
    : weights;
  const totals = kept[0]!.map((_, place) => kept.reduce((sum, list) => sum + list[place]!, 0));
  return {
    cells: cells.map((list) => list.map((cell) => Math.max(0, Math.min(from - 1, cell)))),
    weights: exclude ? kept.map((list) => list.map((weight, place) => weight / totals[place]!)) : kept,
  };
}

function isInside(cell: number, from: number): boolean {
  return cell >= 0 && cell < from;
}

function apply(x: Tensor, axis: number, { cells, weights }: Taps): Tensor {
  const shape = x.shape.map((_, i) => (i === axis ? weights[0]!.length : 1));
  return cells
    .map((list, tap) => {
      const chosen = pick(x, list, axis);
      if (weights[tap]!.every((weight) => weight === 1)) return chosen;
      return chosen.mul(fromData(Float32Array.from(weights[tap]!), shape));
    })
    .reduce((sum, next) => sum.add(next));
}

/** Sizes and scales of all axes; operands moved twice between opsets 9 and 18. */
function axesOf(call: Call, shape: Shape): Axis[] {
  const { attributes, opset } = call;
  const every = shape.map((_, axis) => axis);
  const axes = attributes.list('axes')?.map((axis) => call.axis(axis, shape.length)) ?? every;
  const roi = opset < 11 ? undefined : call.known(1, 'roi');
  const given = opset < 11 ? call.known(1, 'scales') : call.known(2, 'scales');
  const scales = given && given.length > 0 ? given : attributes.reals('scales');
  const sizes = opset < 11 ? undefined : call.wholes(3, 'sizes');
  const list = sizes && sizes.length > 0 ? sizes : scales;
  if (!list || list.length !== axes.length) {
    throw new FormatError(`Resize needs a size or a scale for each of ${axes.length} axes, got ${list?.length ?? 0}.`);
  }
  const policy = attributes.text('keep_aspect_ratio_policy', 'stretch');
  const ratios = axes.map((axis, i) => (list === sizes ? list[i]! / shape[axis]! : list[i]!));
  const common = policy === 'stretch' ? null : policy === 'not_larger' ? Math.min(...ratios) : Math.max(...ratios);
  return every.map((axis): Axis => {
    const i = axes.indexOf(axis);
    const from = shape[axis]!;
    if (i < 0) return { from, to: from, scale: 1, region: [0, 1] };
    const scale = common !== null && list === sizes ? common : ratios[i]!;
    if (!(scale > 0 && scale < 2 ** 20)) throw new FormatError(`Resize by ${scale}.`);
    const stretched = common === null ? list[i]! : Math.round(common * from);
    const region = [roi?.[i] ?? 0, roi?.[i + axes.length] ?? 1] as const;
    const to = list === sizes ? stretched : Math.floor(from * scale);
    requireFew(to, MOST_CELLS, 'the size');
    return { from, to, scale, region };
  });
}

function resized(call: Call): Tensor | Value {
  const x = call.value(0);
  const { attributes } = call;
  if (attributes.flag('antialias')) throw new UnsupportedOpError('Resize with antialias.');
  const mode = attributes.text('mode', 'nearest').replace('bilinear', 'linear').replace('trilinear', 'linear');
  if (!['nearest', 'linear', 'cubic'].includes(mode)) throw new UnsupportedOpError(`Resize with mode '${mode}'.`);
  const axes = axesOf(call, x.shape);
  if (isPlain(call, mode, axes))
    return Value.channelsLast(
      resize(
        x.last,
        axes.slice(2).map(({ to }) => to),
      ),
    );
  const cropped = attributes.text('coordinate_transformation_mode', '') === 'tf_crop_and_resize';
  const y = axes.reduce((image, axis, i) => {
    const same = axis.from === axis.to && axis.scale === 1 && !cropped;
    return same ? image : apply(image, i, tapsOf(call, mode, axis));
  }, x.tensor);
  return cropped ? extrapolated(call, mode, axes, y) : y;
}

/** What Nabla's own resizing computes: linear between half-pixel centres, over the spatial axes only. */
function isPlain({ attributes, opset }: Call, mode: string, axes: readonly Axis[]): boolean {
  const [batch, channels, ...spatial] = axes;
  return (
    mode === 'linear' &&
    opset >= 11 &&
    attributes.text('coordinate_transformation_mode', 'half_pixel') === 'half_pixel' &&
    spatial.length >= 1 &&
    spatial.length <= 3 &&
    [batch!, channels!].every(({ from, to }) => from === to) &&
    spatial.every(({ from, to, scale }) => from >= 1 && to >= 1 && from * scale === to)
  );
}

/** Places outside of the image have a value of their own. */
function extrapolated(call: Call, mode: string, axes: readonly Axis[], y: Tensor): Tensor {
  const value = call.attributes.real('extrapolation_value', 0);
  if (value === 0) return y;
  const inside = axes
    .map((axis, i) => {
      const { weights } = tapsOf(call, mode, axis);
      const sums = weights[0]!.map((_, place) => Number(weights.some((list) => list[place] !== 0)));
      return fromData(
        Float32Array.from(sums),
        axes.map((_, j) => (i === j ? axis.to : 1)),
      );
    })
    .reduce((product, next) => product.mul(next));
  return inside.greater(0).where(y, value);
}

/** Rows of the resizings. */
export const resizeOperators: OperatorTable = {
  Resize: operator(resized, 1, 2, 3),
  Upsample: operator(resized, 1),
};
