import type { ConvShape } from './geometry.ts';
import { forwardGrid, type Grid, gridArgs, volume } from './grid.ts';
import { type KernelCall, type KernelOptions, type KernelPlan, kernelCall, place, wholeVectors } from './kernel.ts';
import { type Epilogue, epilogueArgs } from './matmul.ts';
import { cutSum, sliceTarget, summed } from './slices.ts';
import { type WinogradBlocks, winograd, winogradWorkspace } from './winograd.ts';
import { winogradGradientWorkspace, winogradKernelGradient } from './winograd-gradient.ts';
import type { TileSize } from './winograd-matrices.ts';

/** Whether a convolution is one for {@link planWinograd}, and large enough to gain from it. */
export function suitsWinograd(shape: ConvShape): boolean {
  const { input, kernel, strides, dilations, padding, groups, channels, filters } = shape;
  const rows = input.length - 2;
  const square = rows >= 0 && kernel.every((taps, axis) => taps === (axis >= rows ? 3 : 1));
  const plain = groups === 1 && [...strides, ...dilations].every((step) => step === 1);
  const padded = padding.every(([low, high], axis) => (axis >= rows ? low <= 2 && high <= 2 : low + high === 0));
  if (!square || !plain || !padded) return false;
  const [height, width] = outputSizes(shape).slice(rows) as [number, number];
  return channels >= 16 && filters >= 16 && tilesOf(shape, 2) >= MIN_TILES && height >= 4 && width >= 4;
}

/** Fewer tiles do not repay the transformation of the weights. */
const MIN_TILES = 32;

/**
 * The cheaper tile size, counted in multiplications per pair of channels: those of the tiles, and what it takes to
 * transform one kernel, as long as about sixteen tiles.
 */
function tileSize(shape: ConvShape): TileSize {
  const cost = (size: TileSize): number => (size + 2) ** 2 * (tilesOf(shape, size) + 16);
  return cost(4) < cost(2) ? 4 : 2;
}

function outputSizes({ input, padding, kernel }: ConvShape): number[] {
  return input.map((size, axis) => size + padding[axis]![0] + padding[axis]![1] - kernel[axis]! + 1);
}

/** Tiles of all batches. */
function tilesOf(shape: ConvShape, size: TileSize): number {
  const sizes = outputSizes(shape);
  return sizes.reduce(
    (tiles, output, axis) => tiles * (axis >= sizes.length - 2 ? Math.ceil(output / size) : output),
    shape.batch,
  );
}

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
  const size = tileSize(forward ? shape : mirrored(shape));
  const job = tileGrid(forward ? shape : mirrored(shape), size, from * 4, to * 4);
  const tap = channels * filters * 4;
  const weights = forward
    ? { weights: place('w'), weight1: 3 * tap, weight2: tap, weightChannel: filters * 4, weightColumn: 4 }
    : { weights: place('w', 8 * tap), weight1: -3 * tap, weight2: -tap, weightChannel: 4, weightColumn: filters * 4 };
  const tiles = batch * volume(job.tiles.grid);
  const blocks = winogradBlocks(size, from, to, tiles, options);
  const [source, target] = forward ? ['x', 'y'] : ['dy', 'dx'];
  return kernelCall(
    winograd[size],
    {
      ...gridArgs(job.tiles, place(source!), place(target!)),
      ...{ tiles, channels: from, columns: to, height: job.pixels[1], width: job.pixels[2] },
      ...{ rowBytes: job.pixels[2] * to * 4, pixelBytes: to * 4, ...weights, ...epilogueArgs(epilogue), ...blocks },
    },
    {
      extent: Math.ceil(tiles / options.tile.rows),
      workspace: winogradWorkspace(size, from, to, blocks, options),
      work: tiles * (size + 2) ** 2 * from * to,
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

/** The grid of tiles of an output, each looking at two inputs more each way than it has outputs. */
function tileGrid(
  shape: ConvShape,
  size: TileSize,
  sourcePixel: number,
  targetPixel: number,
): { tiles: Grid; pixels: Grid['grid'] } {
  const job = forwardGrid(shape, sourcePixel, targetPixel);
  const [planes, rows, columns] = job.grid;
  const [plane, row, pixel] = job.target.axes;
  const tiles = {
    ...job,
    grid: [planes, Math.ceil(rows / size), Math.ceil(columns / size)],
    step: [1, size, size],
    taps: [1, size + 2, size + 2],
    target: { ...job.target, axes: [plane, size * row, size * pixel] },
  } as const;
  return { tiles, pixels: job.grid };
}

function winogradBlocks(
  size: TileSize,
  channels: number,
  columns: number,
  tiles: number,
  { tile }: KernelOptions,
): WinogradBlocks {
  const columnBlock = transformedColumns(size, channels, columns, WEIGHT_FLOATS, tile.columns);
  return { tileBlock: tilesAtOnce(size, channels + columnBlock, tiles, wholeVectors(tile)), columnBlock };
}

/** Columns whose transforms fit into so many floats, in whole panels. */
function transformedColumns(size: TileSize, channels: number, columns: number, floats: number, panel: number): number {
  const panels = Math.max(1, Math.floor(floats / ((size + 2) ** 2 * channels * panel)));
  return Math.min(panels, Math.ceil(columns / panel)) * panel;
}

/** Tiles whose transforms, of so many channels together, fill about half a second-level cache, a multiple of `unit`. */
function tilesAtOnce(size: TileSize, channels: number, tiles: number, unit: number): number {
  const fit = Math.floor(TILE_FLOATS / ((size + 2) ** 2 * channels) / unit);
  const enough = Math.ceil(32 / unit);
  return Math.min(Math.max(fit, enough), Math.ceil(tiles / unit)) * unit;
}

const TILE_FLOATS = 1 << 17;
const WEIGHT_FLOATS = 1 << 20;
const SUM_FLOATS = 1 << 19;
/** Fewer tiles per slice do not repay adding the slices up. */
const SLICE = 256;

/** Plans the kernel gradient of a 3 x 3 convolution over the buffers `x`, `dy`, `dw`. */
export function planWinogradKernelGradient(shape: ConvShape, options: KernelOptions): KernelPlan {
  const { channels, filters, batch } = shape;
  const size = tileSize(shape);
  const job = tileGrid(shape, size, channels * 4, filters * 4);
  const tiles = batch * volume(job.tiles.grid);
  const floats = 9 * channels * filters;
  const cut = cutSum(tiles, floats, SLICE);
  const columnBlock = transformedColumns(size, channels, filters, SUM_FLOATS, options.tile.columns);
  const blocks = { tileBlock: tilesAtOnce(size, channels + columnBlock, cut.length, 4), columnBlock };
  const gradient = kernelCall(
    winogradKernelGradient[size],
    {
      ...gridArgs(job.tiles, place('x'), place('dy')),
      ...{ tiles, channels, columns: filters, height: job.pixels[1], width: job.pixels[2] },
      ...{ rowBytes: job.pixels[2] * filters * 4, pixelBytes: filters * 4 },
      ...{ dw: sliceTarget(cut), slice: cut.length, sliceBytes: floats * 4, ...blocks },
    },
    {
      extent: cut.slices * Math.ceil(filters / columnBlock),
      workspace: winogradGradientWorkspace(size, channels, filters, blocks, options),
      work: tiles * (size + 2) ** 2 * channels * filters,
    },
  );
  return summed(gradient, floats, cut);
}
