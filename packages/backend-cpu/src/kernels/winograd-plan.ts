import type { ConvShape } from './geometry.ts';
import { forwardGrid, type Grid, gridArgs, volume } from './grid.ts';
import { type KernelCall, type KernelOptions, kernelCall, place } from './kernel.ts';
import { type Epilogue, epilogueArgs } from './matmul.ts';
import { winograd, winogradWorkspace } from './winograd.ts';

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
const MIN_TILES = 256;

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

function winogradBlocks(channels: number, columns: number, tiles: number, { tile }: KernelOptions) {
  const panels = Math.max(1, Math.floor(TRANSFORMED_WEIGHTS / (16 * channels * tile.columns)));
  const columnBlock = Math.min(panels, Math.ceil(columns / tile.columns)) * tile.columns;
  const unit = tile.rows % 4 === 0 ? tile.rows : 2 * tile.rows;
  const fit = Math.floor(TILE_FLOATS / (16 * (channels + columnBlock)) / unit);
  return { tileBlock: Math.max(1, Math.min(fit, Math.ceil(tiles / unit))) * unit, columnBlock };
}

/** Floats of transformed weights at a time. */
const TRANSFORMED_WEIGHTS = 1 << 20;
/** Floats of transformed tiles and products at a time: about half a second-level cache. */
const TILE_FLOATS = 1 << 17;
