import type { ConvShape } from '../geometry.ts';
import { gridArgs, volume } from '../grid.ts';
import {
  type KernelCall,
  type KernelOptions,
  type KernelPlan,
  kernelCall,
  place,
  tallRows,
  wholeVectors,
} from '../kernel.ts';
import { type Epilogue, epilogueArgs } from '../product/matmul.ts';
import { cutSum, sliceTarget, summed } from '../slices.ts';
import { winogradGradientWorkspace, winogradKernelGradient } from './gradient.ts';
import { positionsOf } from './matrices.ts';
import { outputSizes, type TileGrid, tileGrids, tilesAtOnce, transformedColumns } from './tiles.ts';
import { winograd, winogradWorkspace } from './winograd.ts';

/** Whether a convolution is one for {@link winogradCalls}, and large enough to gain from it. */
export function suitsWinograd(shape: ConvShape): boolean {
  const { input, kernel, strides, dilations, padding, groups, channels, filters, batch } = shape;
  const rows = input.length - 2;
  const square = rows >= 0 && kernel.every((taps, axis) => taps === (axis >= rows ? 3 : 1));
  const plain = groups === 1 && [...strides, ...dilations].every((step) => step === 1);
  const padded = padding.every(([low, high], axis) => (axis >= rows ? low <= 2 && high <= 2 : low + high === 0));
  if (!square || !plain || !padded) return false;
  const outputs = outputSizes(shape);
  const tiles = outputs.reduce((all, size, axis) => all * (axis >= rows ? Math.ceil(size / 2) : size), batch);
  return channels >= 16 && filters >= 16 && tiles >= MIN_TILES && outputs.slice(rows).every((size) => size >= 4);
}

/** Fewer tiles of 2 x 2 do not repay the transformation of the weights. */
const MIN_TILES = 32;

/** A 3 x 3 convolution between buffers: forward over `x`, `w`, `y`, or the input gradient over `dy`, `w`, `dx`. */
export function winogradCalls(
  shape: ConvShape,
  direction: 'forward' | 'inputGradient',
  options: KernelOptions,
  epilogue: Epilogue,
): KernelCall[] {
  const forward = direction === 'forward';
  const { channels, filters } = shape;
  const [from, to] = forward ? [channels, filters] : [filters, channels];
  const tap = channels * filters * 4;
  const weights = forward
    ? { weights: place('w'), weight1: 3 * tap, weight2: tap, weightChannel: filters * 4, weightColumn: 4 }
    : { weights: place('w', 8 * tap), weight1: -3 * tap, weight2: -tap, weightChannel: 4, weightColumn: filters * 4 };
  const [source, target] = forward ? (['x', 'y'] as const) : (['dy', 'dx'] as const);
  return tileGrids(forward ? shape : mirrored(shape), from * 4, to * 4).map((job) => {
    const tiles = shape.batch * volume(job.grid.grid);
    const columnBlock = transformedColumns(job.shape, from, to, WEIGHT_FLOATS, options.tile.columns);
    const tileBlock = tilesAtOnce(job.shape, from + columnBlock, tiles, wholeVectors(options.tile));
    const blocks = { tileBlock, columnBlock };
    return kernelCall(
      winograd[job.shape.name],
      {
        ...gridArgs(job.grid, place(source), place(target, job.grid.targetOffset)),
        ...{ tiles, channels: from, columns: to, ...pixelArgs(job, to) },
        ...{ ...weights, ...epilogueArgs(epilogue), ...blocks },
      },
      {
        extent: Math.ceil(tiles / options.tile.rows),
        workspace: winogradWorkspace(job.shape, from, to, blocks, options),
        work: tiles * positionsOf(job.shape) * from * to,
      },
    );
  });
}

/** Floats of transformed weights at a time. */
const WEIGHT_FLOATS = 1 << 20;

/** The convolution that computes the input gradient: the same window seen from the other side. */
function mirrored(shape: ConvShape): ConvShape {
  const axes = shape.input.map((size, axis) => ({ size, taps: shape.kernel[axis]!, around: shape.padding[axis]! }));
  return {
    ...shape,
    input: axes.map(({ size, taps, around }) => size + around[0] + around[1] - taps + 1),
    padding: axes.map(({ taps, around }) => [taps - 1 - around[0], taps - 1 - around[1]] as const),
  };
}

/** Where the pixels of a tile of the result lie. */
function pixelArgs(
  { shape, grid, height, width }: TileGrid,
  floats: number,
): Record<'height' | 'width' | 'rowBytes' | 'pixelBytes', number> {
  return { height, width, rowBytes: grid.target.axes[1] / shape.rows, pixelBytes: floats * 4 };
}

/** Fewer tiles per slice do not repay adding the slices up. */
const SLICE = 256;
/** Floats of sums over tiles at a time. */
const SUM_FLOATS = 1 << 19;

/**
 * Plans the kernel gradient of a 3 x 3 convolution over the buffers `x`, `dy`, `dw`. The first shape of tiles has the most of
 * them, and writes all slices; the others add to them.
 */
export function planWinogradKernelGradient(shape: ConvShape, options: KernelOptions): KernelPlan {
  const { channels, filters, batch } = shape;
  const floats = 9 * channels * filters;
  const jobs = tileGrids(shape, channels * 4, filters * 4).map((job) => {
    const tiles = batch * volume(job.grid.grid);
    return { ...job, tiles, cut: cutSum(tiles, floats, SLICE) };
  });
  const { cut: all } = jobs[0]!;
  const [first, ...others] = jobs.map(({ cut, tiles, ...job }, i) => {
    const columnBlock = transformedColumns(job.shape, channels, filters, SUM_FLOATS, options.tile.columns);
    const blocks = { tileBlock: tilesAtOnce(job.shape, channels + columnBlock, cut.length, 4), columnBlock };
    return kernelCall(
      winogradKernelGradient[job.shape.name],
      {
        ...gridArgs(job.grid, place('x'), place('dy', job.grid.targetOffset)),
        ...{ tiles, channels, tall: tallRows(channels, options), columns: filters, ...pixelArgs(job, filters) },
        ...{ dw: sliceTarget(all), slice: cut.length, sliceBytes: floats * 4, accumulate: Number(i > 0), ...blocks },
      },
      {
        extent: cut.slices * Math.ceil(filters / columnBlock),
        workspace: winogradGradientWorkspace(job.shape, channels, filters, blocks, options),
        work: tiles * positionsOf(job.shape) * channels * filters,
      },
    );
  });
  const { calls, shared } = summed(first!, floats, all);
  return { calls: [first!, ...others, ...calls.slice(1)], shared };
}
