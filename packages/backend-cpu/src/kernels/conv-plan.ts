import { type ConvBlocks, conv, convWorkspace } from './conv.ts';
import { evenBlock } from './gemm.ts';
import { type ConvShape, each, strides3, type Triple, volume, type WindowAxis, windowAxes } from './geometry.ts';
import { type KernelCall, type KernelOptions, type KernelPlan, kernelCall, place } from './kernel.ts';
import { type Epilogue, epilogueArgs, PLAIN, planMatmul } from './matmul.ts';

/** Plans `y = conv(x, w)` over the buffers `x`, `w`, `y` (and `bias`), with the epilogue on the way out. */
export function planConv(shape: ConvShape, options: KernelOptions, epilogue: Epilogue = PLAIN): KernelPlan {
  const axes = windowAxes(shape);
  const { channels, filters, groups } = shape;
  if (isProduct(shape)) return pointwise(shape, options, epilogue, 'forward');
  const [group, columns] = [channels / groups, filters / groups];
  const source = strides3(
    each(axes, (axis) => axis.input),
    channels * 4,
  );
  const target = strides3(
    each(axes, (axis) => axis.output),
    filters * 4,
  );
  const weight = strides3(
    each(axes, (axis) => axis.taps),
    group * filters * 4,
  );
  const call = gatherProduct(
    {
      shape,
      limit: each(axes, (axis) => axis.input),
      grid: each(axes, (axis) => axis.output),
      step: each(axes, (axis) => axis.stride),
      reach: each(axes, (axis) => axis.dilation),
      origin: each(axes, (axis) => -axis.low),
      taps: each(axes, (axis) => axis.taps),
      source: { ...source, buffer: 'x', floats: channels, group: group * 4, channels: group },
      target: { ...target, buffer: 'y', offset: 0, floats: filters, group: columns * 4, columns },
      weight: { axes: weight.axes, offset: 0, group: columns * 4, stride: filters * 4, transposed: false },
    },
    options,
    epilogue,
  );
  return { calls: [call], shared: 0 };
}

/**
 * Plans the gradient of a convolution with respect to its input, over the buffers `dy`, `w`, `dx`. With strides, the
 * input pixels fall into classes that meet different taps; each class is a dense convolution of its own.
 */
export function planConvInputGradient(shape: ConvShape, options: KernelOptions): KernelPlan {
  if (isProduct(shape)) return pointwise(shape, options, PLAIN, 'inputGradient');
  const axes = windowAxes(shape);
  const phases = axes.map((axis) => Array.from({ length: axis.stride }, (_, first) => phaseOf(axis, first)));
  const calls: KernelCall[] = [];
  for (const a of phases[0]!) {
    for (const b of phases[1]!) for (const c of phases[2]!) calls.push(phaseCall(shape, axes, [a, b, c], options));
  }
  return { calls, shared: 0 };
}

/** The input pixels `first, first + stride, ...` of one axis and the taps that reach them. */
interface Phase {
  readonly first: number;
  readonly count: number;
  /** Taps `tap, tap + tapStep, ...`. */
  readonly tap: number;
  readonly tapStep: number;
  readonly taps: number;
  /** Pixel `q` of the phase meets, through its tap `t`, output `q + origin + t * reach`. */
  readonly origin: number;
  readonly reach: number;
}

function phaseOf({ input, stride, dilation, taps, low }: WindowAxis, first: number): Phase {
  const count = Math.max(0, Math.ceil((input - first) / stride));
  const meets = (tap: number): boolean => (first + low - tap * dilation) % stride === 0;
  const tap = Array.from({ length: Math.min(taps, stride) }, (_, i) => i).find(meets);
  const common = greatestCommonDivisor(stride, dilation);
  const tapStep = stride / common;
  const reach = -dilation / common;
  if (tap === undefined) return { first, count, tap: 0, tapStep, taps: 0, origin: 0, reach };
  const origin = (first + low - tap * dilation) / stride;
  return { first, count, tap, tapStep, taps: Math.ceil((taps - tap) / tapStep), origin, reach };
}

function phaseCall(
  shape: ConvShape,
  axes: readonly WindowAxis[],
  phases: readonly [Phase, Phase, Phase],
  options: KernelOptions,
): KernelCall {
  const { channels, filters, groups } = shape;
  const [columns, group] = [channels / groups, filters / groups];
  const of = (read: (phase: Phase) => number): Triple => phases.map(read) as unknown as Triple;
  const source = strides3(
    each(axes, (axis) => axis.output),
    filters * 4,
  );
  const whole = strides3(
    each(axes, (axis) => axis.input),
    channels * 4,
  );
  const weight = strides3(
    each(axes, (axis) => axis.taps),
    columns * filters * 4,
  );
  const along = (strides: Triple, read: (phase: Phase) => number): number =>
    phases.reduce((sum, phase, i) => sum + read(phase) * strides[i]!, 0);
  return gatherProduct(
    {
      shape,
      limit: each(axes, (axis) => axis.output),
      grid: of((phase) => phase.count),
      step: [1, 1, 1],
      reach: of((phase) => phase.reach),
      origin: of((phase) => phase.origin),
      taps: of((phase) => phase.taps),
      source: { ...source, buffer: 'dy', floats: filters, group: group * 4, channels: group },
      target: {
        axes: whole.axes.map((stride, i) => stride * axes[i]!.stride) as unknown as Triple,
        batch: whole.batch,
        buffer: 'dx',
        offset: along(whole.axes, (phase) => phase.first),
        floats: channels,
        group: columns * 4,
        columns,
      },
      weight: {
        axes: weight.axes.map((stride, i) => stride * phases[i]!.tapStep) as unknown as Triple,
        offset: along(weight.axes, (phase) => phase.tap),
        group: group * 4,
        stride: filters * 4,
        transposed: true,
      },
    },
    options,
    PLAIN,
  );
}

interface GatherProduct {
  readonly shape: ConvShape;
  readonly limit: Triple;
  readonly grid: Triple;
  readonly step: Triple;
  readonly reach: Triple;
  readonly origin: Triple;
  readonly taps: Triple;
  readonly source: { axes: Triple; batch: number; buffer: string; floats: number; group: number; channels: number };
  readonly target: {
    axes: Triple;
    batch: number;
    buffer: string;
    offset: number;
    floats: number;
    group: number;
    columns: number;
  };
  readonly weight: { axes: Triple; offset: number; group: number; stride: number; transposed: boolean };
}

function gatherProduct(product: GatherProduct, options: KernelOptions, epilogue: Epilogue): KernelCall {
  const { shape, source, target, weight, grid } = product;
  const empty = volume(product.limit) * source.channels === 0;
  const taps: Triple = empty ? [0, 0, 0] : product.taps;
  const pixels = shape.batch * volume(grid);
  const blocks = convBlocks(pixels, volume(taps), source.channels, target.columns, options);
  const size = {
    sourceFloats: source.floats,
    targetFloats: target.floats,
    channels: source.channels,
    taps: volume(taps),
  };
  return kernelCall(
    conv,
    {
      ...gridArgs({ ...product, taps }, place(source.buffer), place(target.buffer, target.offset)),
      ...{ pixels, channels: source.channels, columns: target.columns, groups: shape.groups },
      ...{ sourceGroup: source.group, targetGroup: target.group, weightGroup: weight.group },
      ...{ sourceFloats: source.floats, targetFloats: target.floats, weights: place('w', weight.offset) },
      ...{ weight0: weight.axes[0], weight1: weight.axes[1], weight2: weight.axes[2] },
      ...{ weightStride: weight.stride, weightTransposed: Number(weight.transposed) },
      ...epilogueArgs(epilogue),
      ...blocks,
    },
    {
      extent: target.columns === 0 ? 0 : Math.ceil(pixels / options.tile.rows),
      workspace: convWorkspace(size, blocks, options),
      work: pixels * volume(taps) * source.channels * target.floats,
    },
  );
}

type GridNumbers = Pick<GatherProduct, 'limit' | 'grid' | 'step' | 'reach' | 'origin' | 'taps'> & {
  readonly source: { readonly axes: Triple; readonly batch: number };
  readonly target: { readonly axes: Triple; readonly batch: number };
};

/** The arguments of {@link GRID}. */
export function gridArgs<S, T>(numbers: GridNumbers, source: S, target: T): GridArguments<S, T> {
  const { limit, grid, step, reach, origin, taps } = numbers;
  const [s, t] = [numbers.source, numbers.target];
  return {
    ...{ source, sourceBatch: s.batch, source0: s.axes[0], source1: s.axes[1], source2: s.axes[2] },
    ...{ limit0: limit[0], limit1: limit[1], limit2: limit[2], grid0: grid[0], grid1: grid[1], grid2: grid[2] },
    ...{ step0: step[0], step1: step[1], step2: step[2], reach0: reach[0], reach1: reach[1], reach2: reach[2] },
    ...{ origin0: origin[0], origin1: origin[1], origin2: origin[2], taps0: taps[0], taps1: taps[1], taps2: taps[2] },
    ...{ target, targetBatch: t.batch, target0: t.axes[0], target1: t.axes[1], target2: t.axes[2] },
  };
}

type GridArguments<S, T> = Readonly<
  Record<Exclude<keyof typeof import('./gather.ts').GRID, 'source' | 'target'>, number>
> & {
  readonly source: S;
  readonly target: T;
};

function convBlocks(
  pixels: number,
  taps: number,
  channels: number,
  columns: number,
  { tile }: KernelOptions,
): ConvBlocks {
  const channelBlock =
    evenBlock(channels, DEPTH, 4) >= channels ? Math.max(1, channels) : evenBlock(channels, DEPTH, 4);
  const tapBlock = channelBlock < channels ? 1 : evenBlock(taps, Math.max(1, Math.floor(DEPTH / channelBlock)), 1);
  const panel = tile.columns;
  const columnLimit = Math.max(panel, Math.floor(PACKED_WEIGHTS / Math.max(1, taps * channels) / panel) * panel);
  return {
    pixelBlock: evenBlock(pixels, 128, tile.rows % 4 === 0 ? tile.rows : 2 * tile.rows),
    columnBlock: evenBlock(columns, columnLimit, panel),
    tapBlock,
    channelBlock,
  };
}

/** Summed terms per block: a panel of weights stays in the first-level cache. */
const DEPTH = 320;
/** Floats of packed weights at a time. */
const PACKED_WEIGHTS = 1 << 19;

/** One tap, everywhere, all channels with all: a plain matrix product over the pixels. */
function isProduct(shape: ConvShape): boolean {
  const dense = shape.groups === 1 && shape.kernel.every((taps) => taps === 1);
  return (
    dense && shape.strides.every((stride) => stride === 1) && shape.padding.every(([low, high]) => low + high === 0)
  );
}

function pointwise(
  shape: ConvShape,
  options: KernelOptions,
  epilogue: Epilogue,
  direction: 'forward' | 'inputGradient',
): KernelPlan {
  const m = shape.batch * shape.input.reduce((product, size) => product * size, 1);
  const forward = direction === 'forward';
  const [k, n] = forward ? [shape.channels, shape.filters] : [shape.filters, shape.channels];
  const plan = planMatmul({ batch: 1, m, n, k, transposeA: false, transposeB: !forward }, options, epilogue);
  const names = forward ? { a: 'x', b: 'w', c: 'y' } : { a: 'dy', b: 'w', c: 'dx' };
  return { ...plan, calls: plan.calls.map((call) => renamed(call, { ...names, bias: 'bias' })) };
}

/** The same call over buffers of other names. */
function renamed(call: KernelCall, names: Readonly<Record<string, string>>): KernelCall {
  const entries = Object.entries(call.args).map(([name, value]) => {
    return [name, typeof value === 'number' ? value : place(names[value.buffer]!, value.offset)] as const;
  });
  return { ...call, args: Object.fromEntries(entries) };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
