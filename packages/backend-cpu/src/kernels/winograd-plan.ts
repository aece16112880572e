import type { ConvShape } from './geometry.ts';
import { forwardGrid, type Grid, gridArgs, volume } from './grid.ts';
import { type KernelCall, type KernelOptions, type KernelPlan, kernelCall, place, wholeVectors } from './kernel.ts';
import { type Epilogue, epilogueArgs } from './matmul.ts';
import { cutSum, sliceTarget, summed } from './slices.ts';
import { type WinogradBlocks, winograd, winogradWorkspace } from './winograd.ts';
import { winogradGradientWorkspace, winogradKernelGradient } from './winograd-gradient.ts';

/** Whether a convolution is one for {@link planWinograd}, and large enough to gain from it. */
export function suitsWinograd(shape: ConvShape): boolean {
  const { input, kernel, strides, dilations, padding, groups, channels, filters, batch } = shape;
  const [rows, columns] = [input.length - 2, input.length - 1];
  const square = rows >= 0 && kernel.every((taps, axis) => taps === (axis >= rows ? 3 : 1));
  const plain = groups === 1 && [...strides, ...dilations].every((step) => step === 1);
  const padded = padding.every(([low, high], axis) => (axis >= rows ? low <= 2 && high <= 2 : low + high === 0));
  if (!square || !plain || !padded) return false;
  const outputs = input.map((size, axis) => size + padding[axis]![0] + padding[axis]![1] - kernel[axis]! + 1);
  const tiles =
    batch * outputs.reduce((product, size, axis) => product * (axis >= rows ? Math.ceil(size / 2) : size), 1);
  const even = (axis: number): boolean => outputs[axis]! >= 4;
  return channels >= 16 && filters >= 16 && tiles >= MIN_TILES && even(rows) && even(columns);
}

/** Fewer tiles do not repay the transformation of the weights. */
const MIN_TILES = 32;

/** A 3 x 3 convolution between buffers: forward over `x`, `w`, `y`, or the input gradient over `dy`, `w`, `dx`. */
export function winogradCall(
  shape: ConvShape,
  direction: 'forward' | 'inputGradient',
  options: KernelOptions,
  epilogue: Epilogue,
): KernelCall {
  const forward = direction === 'forward';
  const { channels, filters, batch } = shape;
  const [from, to] = forward ? [channels, filters] : [filters, channels];
  const job = tileGrid(forward ? shape : mirrored(shape), from * 4, to * 4);
  const tap = channels * filters * 4;
  const weights = forward
    ? { weights: place('w'), weight1: 3 * tap, weight2: tap, weightChannel: filters * 4, weightColumn: 4 }
    : { weights: place('w', 8 * tap), weight1: -3 * tap, weight2: -tap, weightChannel: 4, weightColumn: filters * 4 };
  const tiles = batch * volume(job.tiles.grid);
  const blocks = winogradBlocks(from, to, tiles, options);
  const [source, target] = forward ? ['x', 'y'] : ['dy', 'dx'];
  return kernelCall(
    winograd,
    {
      ...gridArgs(job.tiles, place(source!), place(target!)),
      ...{ tiles, channels: from, columns: to, height: job.pixels[1], width: job.pixels[2] },
      ...{ rowBytes: job.pixels[2] * to * 4, pixelBytes: to * 4, ...weights, ...epilogueArgs(epilogue), ...blocks },
    },
    {
      extent: Math.ceil(tiles / options.tile.rows),
      workspace: winogradWorkspace(from, to, blocks, options),
      work: tiles * 16 * from * to,
    },
  );
}

/** The convolution that computes the input gradient: the same window seen from the other side. */
function mirrored(shape: ConvShape): ConvShape {
  const axes = shape.input.map((size, axis) => ({ size, taps: shape.kernel[axis]!, around: shape.padding[axis]! }));
  return {
    ...shape,
    input: axes.map(({ size, taps, around }) => size + around[0] + around[1] - taps + 1),
    padding: axes.map(({ taps, around }) => [taps - 1 - around[0], taps - 1 - around[1]] as const),
  };
}

/** The grid of 2 x 2 tiles of an output, each looking at 4 x 4 inputs. */
function tileGrid(shape: ConvShape, sourcePixel: number, targetPixel: number): { tiles: Grid; pixels: Grid['grid'] } {
  const job = forwardGrid(shape, sourcePixel, targetPixel);
  const [planes, rows, columns] = job.grid;
  const [plane, row, pixel] = job.target.axes;
  const tiles = {
    ...job,
    grid: [planes, Math.ceil(rows / 2), Math.ceil(columns / 2)],
    step: [1, 2, 2],
    taps: [1, 4, 4],
    target: { ...job.target, axes: [plane, 2 * row, 2 * pixel] },
  } as const;
  return { tiles, pixels: job.grid };
}

function winogradBlocks(channels: number, columns: number, tiles: number, { tile }: KernelOptions): WinogradBlocks {
  const columnBlock = transformedColumns(channels, columns, 1 << 20, tile.columns);
  const unit = wholeVectors(tile);
  return { tileBlock: tilesAtOnce(channels, columnBlock, tiles, unit), columnBlock };
}

/** Columns of the transformed kernel that fit into so many floats, in whole panels. */
function transformedColumns(channels: number, columns: number, floats: number, panel: number): number {
  const panels = Math.max(1, Math.floor(floats / (16 * channels * panel)));
  return Math.min(panels, Math.ceil(columns / panel)) * panel;
}

/** Tiles whose transforms fill about half a second-level cache, a multiple of `unit`. */
function tilesAtOnce(channels: number, columns: number, tiles: number, unit: number): number {
  const fit = Math.floor((1 << 17) / (16 * (channels + columns)) / unit);
  const enough = Math.ceil(32 / unit);
  return Math.min(Math.max(fit, enough), Math.ceil(tiles / unit)) * unit;
}

/** Fewer tiles per slice do not repay adding the slices up. */
const SLICE = 256;

/** Plans the kernel gradient of a 3 x 3 convolution over the buffers `x`, `dy`, `dw`. */
export function planWinogradKernelGradient(shape: ConvShape, options: KernelOptions): KernelPlan {
  const { channels, filters, batch } = shape;
  const job = tileGrid(shape, channels * 4, filters * 4);
  const tiles = batch * volume(job.tiles.grid);
  const floats = 9 * channels * filters;
  const cut = cutSum(tiles, floats, SLICE);
  const columnBlock = transformedColumns(channels, filters, 1 << 19, options.tile.columns);
  const blocks = { tileBlock: tilesAtOnce(channels, columnBlock, cut.length, 4), columnBlock };
  const gradient = kernelCall(
    winogradKernelGradient,
    {
      ...gridArgs(job.tiles, place('x'), place('dy')),
      ...{ tiles, channels, columns: filters, height: job.pixels[1], width: job.pixels[2] },
      ...{ rowBytes: job.pixels[2] * filters * 4, pixelBytes: filters * 4 },
      ...{ dw: sliceTarget(cut), slice: cut.length, sliceBytes: floats * 4, ...blocks },
    },
    {
      extent: cut.slices * Math.ceil(filters / columnBlock),
      workspace: winogradGradientWorkspace(channels, filters, blocks, options),
      work: tiles * 16 * channels * filters,
    },
  );
  return summed(gradient, floats, cut);
}
