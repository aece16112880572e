import type { ConvShape } from '../geometry.ts';
import { forwardGrid, gridArgs, volume } from '../grid.ts';
import { type KernelOptions, type KernelPlan, kernelCall, place, tallRows } from '../kernel.ts';
import { type Epilogue, epilogueArgs } from '../product/matmul.ts';
import { cutSum, sliceTarget, summed } from '../slices.ts';
import { convFewChannels, fewChannelsKernelGradient, fewChannelsWorkspace } from './few-channels.ts';
import { patchFloats } from './patch.ts';

/** Channels up to which the image is read in place. */
const MOST_CHANNELS = 3;
/** Taps times channels whose distances are listed. */
const MOST_DEPTH = 256;
/** Floats of the copy under a run of pixels: it stays in the first-level cache. */
const MOST_PATCH = 8192;
const PIXELS = 256;

/** True for first layers: images of few channels, in a plane or on a line. */
export function hasFewChannels(shape: ConvShape): boolean {
  const { batch, channels, filters, groups } = shape;
  const { limit, grid, origin, taps } = forwardGrid(shape, 4, 4);
  // The one window of the first axis may lie in its padding.
  const plane = limit[0] === 1 && grid[0] === 1 && taps[0] === 1 && origin[0] === 0;
  const depth = volume(taps) * channels;
  if (!plane || groups !== 1 || channels > MOST_CHANNELS || depth > MOST_DEPTH) return false;
  const something = batch * volume(limit) * volume(grid) * depth * filters > 0;
  return something && patchFloats(shape, channels, PIXELS) <= MOST_PATCH;
}

/** Plans such a convolution over the buffers `x`, `w`, `y` (and `bias`). */
export function planFewChannels(shape: ConvShape, options: KernelOptions, epilogue: Epilogue): KernelPlan {
  const { grid, size, pixels } = measures(shape);
  const call = kernelCall(
    convFewChannels,
    {
      ...gridArgs(grid, place('x'), place('y')),
      ...{ pixels, weights: place('w'), ...epilogueArgs(epilogue), ...size },
    },
    {
      extent: Math.ceil(pixels / options.tile.rows),
      workspace: fewChannelsWorkspace(size, options),
      work: pixels * size.depth * size.columns,
    },
  );
  return { calls: [call], shared: 0 };
}

/** True when its gradient with respect to the kernel can be planned here, too. */
export function hasFewChannelsGradient(shape: ConvShape, { tile }: KernelOptions): boolean {
  return shape.filters % tile.columns === 0 && hasFewChannels(shape);
}

/** Plans it, over the buffers `x`, `dy`, `dw`. */
export function planFewChannelsKernelGradient(shape: ConvShape, options: KernelOptions): KernelPlan {
  const { grid, size, pixels } = measures(shape);
  const floats = size.depth * size.columns;
  const cut = cutSum(pixels, floats, 1024);
  const gradient = kernelCall(
    fewChannelsKernelGradient,
    {
      ...gridArgs(grid, place('x'), 0),
      ...{
        pixels,
        tall: tallRows(size.depth, options),
        dy: place('dy'),
        dw: sliceTarget(cut),
        slice: cut.length,
        sliceBytes: floats * 4,
        ...size,
      },
    },
    { extent: cut.slices, workspace: fewChannelsWorkspace(size, options), work: pixels * floats },
  );
  return summed(gradient, floats, cut);
}

function measures(shape: ConvShape): {
  readonly grid: ReturnType<typeof forwardGrid>;
  readonly pixels: number;
  readonly size: { readonly [K in 'pixelBlock' | 'depth' | 'columns' | 'patchFloats']: number };
} {
  const { batch, channels, filters } = shape;
  const grid = forwardGrid(shape, channels * 4, filters * 4);
  return {
    grid,
    pixels: batch * volume(grid.grid),
    size: {
      pixelBlock: PIXELS,
      depth: volume(grid.taps) * channels,
      columns: filters,
      patchFloats: patchFloats(shape, channels, PIXELS),
    },
  };
}
