import type { ConvShape } from '../geometry.ts';
import { forwardGrid, type Grid, gridArgs, inputGradientGrids, type Triple, tapLayout, volume } from '../grid.ts';
import { type KernelCall, type KernelOptions, type KernelPlan, kernelCall, place, wholeVectors } from '../kernel.ts';
import { evenBlock } from '../product/gemm.ts';
import { type Epilogue, epilogueArgs, PLAIN, planMatmul } from '../product/matmul.ts';
import { suitsWinograd, winogradCalls } from '../winograd/plan.ts';
import { type ConvBlocks, conv, convWorkspace } from './conv.ts';
import { isDepthwise, planDepthwise, planDepthwiseInputGradient } from './depthwise-plan.ts';
import { hasFewChannels, planFewChannels } from './few-channels-plan.ts';

/** Plans `y = conv(x, w)` over the buffers `x`, `w`, `y` (and `bias`), with the epilogue on the way out. */
export function planConv(shape: ConvShape, options: KernelOptions, epilogue: Epilogue = PLAIN): KernelPlan {
  if (isDepthwise(shape)) return planDepthwise(shape, epilogue);
  if (suitsWinograd(shape)) return { calls: winogradCalls(shape, 'forward', options, epilogue), shared: 0 };
  if (isProduct(shape)) return planPointwise(shape, options, epilogue, { source: 'x', target: 'y' });
  if (hasFewChannels(shape)) return planFewChannels(shape, options, epilogue);
  const grid = forwardGrid(shape, shape.channels * 4, shape.filters * 4);
  const ends = { source: 'x', target: 'y', from: shape.channels, to: shape.filters };
  return { calls: [implicitProduct(shape, grid, ends, options, epilogue)], shared: 0 };
}

/** Plans the gradient of a convolution with respect to its input, over the buffers `dy`, `w`, `dx`. */
export function planConvInputGradient(shape: ConvShape, options: KernelOptions): KernelPlan {
  if (isDepthwise(shape)) return planDepthwiseInputGradient(shape);
  if (suitsWinograd(shape)) return { calls: winogradCalls(shape, 'inputGradient', options, PLAIN), shared: 0 };
  if (isProduct(shape)) return planPointwise(shape, options, PLAIN, { source: 'dy', target: 'dx' });
  const grids = inputGradientGrids(shape, shape.filters * 4, shape.channels * 4);
  const ends = { source: 'dy', target: 'dx', from: shape.filters, to: shape.channels };
  return { calls: grids.map((grid) => implicitProduct(shape, grid, ends, options, PLAIN)), shared: 0 };
}

interface Ends {
  readonly source: string;
  readonly target: string;
  /** Channels of source and target. */
  readonly from: number;
  readonly to: number;
}

function implicitProduct(
  shape: ConvShape,
  job: Grid,
  { source, target, from, to }: Ends,
  options: KernelOptions,
  epilogue: Epilogue,
): KernelCall {
  const { groups, filters } = shape;
  const [channels, columns] = [from / groups, to / groups];
  const taps: Triple = volume(job.limit) * channels === 0 ? [0, 0, 0] : job.taps;
  const pixels = shape.batch * volume(job.grid);
  const blocks = convBlocks(pixels, volume(taps), channels, columns, options);
  const weight = tapLayout(job, shape, (shape.channels / groups) * filters * 4);
  const size = { sourceFloats: from, targetFloats: to, channels, taps: volume(taps) };
  return kernelCall(
    conv,
    {
      ...gridArgs({ ...job, taps }, place(source), place(target, job.targetOffset)),
      ...{ pixels, channels, columns, groups, sourceFloats: from, targetFloats: to },
      ...{ sourceGroup: channels * 4, targetGroup: columns * 4, weightGroup: (filters / groups) * 4 },
      ...{ weights: place('w', weight.offset), weightStride: filters * 4, weightTransposed: Number(source === 'dy') },
      ...{ weight0: weight.axes[0], weight1: weight.axes[1], weight2: weight.axes[2] },
      ...epilogueArgs(epilogue),
      ...blocks,
    },
    {
      extent: columns === 0 ? 0 : Math.ceil(pixels / options.tile.rows),
      workspace: convWorkspace(size, blocks, options),
      work: pixels * volume(taps) * channels * to,
    },
  );
}

function convBlocks(
  pixels: number,
  taps: number,
  channels: number,
  columns: number,
  { tile }: KernelOptions,
): ConvBlocks {
  const channelBlock = Math.max(1, Math.min(channels, evenBlock(channels, DEPTH, 4)));
  const tapBlock = channelBlock < channels ? 1 : evenBlock(taps, Math.max(1, Math.floor(DEPTH / channelBlock)), 1);
  const columnLimit = Math.floor(PACKED_WEIGHTS / Math.max(1, taps * channels) / tile.columns) * tile.columns;
  return {
    pixelBlock: evenBlock(pixels, 128, wholeVectors(tile)),
    columnBlock: evenBlock(columns, Math.max(tile.columns, columnLimit), tile.columns),
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
  return dense && shape.strides.every((stride) => stride === 1) && shape.padding.every(([a, b]) => a + b === 0);
}

function planPointwise(
  shape: ConvShape,
  options: KernelOptions,
  epilogue: Epilogue,
  { source, target }: Pick<Ends, 'source' | 'target'>,
): KernelPlan {
  const m = shape.batch * shape.input.reduce((product, size) => product * size, 1);
  const backward = source === 'dy';
  const [k, n] = backward ? [shape.filters, shape.channels] : [shape.channels, shape.filters];
  const plan = planMatmul({ batch: 1, m, n, k, transposeA: false, transposeB: backward }, options, epilogue);
  const names: Readonly<Record<string, string>> = { a: source, b: 'w', c: target, bias: 'bias' };
  return { ...plan, calls: plan.calls.map((call) => renamed(call, names)) };
}

/** The same call over buffers of other names. */
function renamed(call: KernelCall, names: Readonly<Record<string, string>>): KernelCall {
  const entries = Object.entries(call.args).map(([name, value]) => {
    return [name, typeof value === 'number' ? value : place(names[value.buffer]!, value.offset)] as const;
  });
  return { ...call, args: Object.fromEntries(entries) };
}
