import type { ConvShape } from '../geometry.ts';
import { forwardGrid, type Grid, gridArgs, volume } from '../grid.ts';
import { type KernelCall, type KernelPlan, kernelCall, place } from '../kernel.ts';
import { avgPool, avgPoolGradient, maxPool, maxPoolGradient, maxPoolPick } from './pool.ts';
import { maxPoolPairs, maxPoolPairsGradient } from './pool-pairs.ts';

/** Static description of a pool over channels-last tensors; one to three spatial axes. */
export interface PoolShape extends Pick<ConvShape, 'batch' | 'input' | 'channels' | 'strides' | 'padding'> {
  /** Spatial sizes of the window. */
  readonly window: readonly number[];
}

/** Plans `y = maxPool(x)` over the buffers `x`, `y`. NaN wins; a window with no cell inside gives -Infinity. */
export function planMaxPool(shape: PoolShape): KernelPlan {
  return plan(shape, (job, channels, { byRow }) =>
    kernelCall(inPairs(shape) ? maxPoolPairs : maxPool, { ...gridArgs(job, place('x'), place('y')), channels }, byRow),
  );
}

/** Plans `dx` from `x` and `dy`: each window sends its gradient to its first maximum. */
export function planMaxPoolGradient(shape: PoolShape): KernelPlan {
  // Windows side by side are read as a whole before they are written.
  const inPlace = isTiling(shape) ? { inPlace: 'x' } : {};
  const gradient = plan(shape, (job, channels, { byRow, byImage }) => {
    const args = { channels, dx: place('dx'), tiling: isTiling(shape) };
    if (args.tiling === 1 && inPairs(shape)) {
      return kernelCall(
        maxPoolPairsGradient,
        { ...gridArgs(job, place('x'), place('dy')), channels, dx: args.dx },
        byRow,
      );
    }
    return kernelCall(maxPoolGradient, { ...gridArgs(job, place('x'), place('dy')), ...args }, byImage);
  });
  return { ...gradient, ...inPlace };
}

/** Plans `y`: from `values`, laid out like `x`, what lies where each window of `x` has its first maximum. */
export function planMaxPoolPick(shape: PoolShape): KernelPlan {
  return plan(shape, (job, channels, { byRow }) =>
    kernelCall(maxPoolPick, { ...gridArgs(job, place('x'), place('y')), channels, values: place('values') }, byRow),
  );
}

/** Plans `y = avgPool(x)` over the buffers `x`, `y`. Padding does not count; a window with no cell inside gives 0. */
export function planAvgPool(shape: PoolShape): KernelPlan {
  return plan(shape, (job, channels, { byRow }) =>
    kernelCall(avgPool, { ...gridArgs(job, place('x'), place('y')), channels }, byRow),
  );
}

/** Plans `dx` from `dy`: each window spreads its gradient evenly over its cells. */
export function planAvgPoolGradient(shape: PoolShape): KernelPlan {
  return plan(shape, (job, channels, { byImage }) => {
    const args = { channels, dx: place('dx'), tiling: isTiling(shape) };
    return kernelCall(avgPoolGradient, { ...gridArgs(job, place('dx'), place('dy')), ...args }, byImage);
  });
}

/** 1 when windows lie side by side and cover the input. */
function isTiling({ input, window, strides, padding }: PoolShape): number {
  const covers = (size: number, i: number): boolean => {
    const [low, high] = padding[i]!;
    return window[i] === strides[i] && low === 0 && high === 0 && size % window[i]! === 0;
  };
  return Number(input.every(covers));
}

/** True for windows of two by two pixels side by side. */
function inPairs({ window, strides, padding }: PoolShape): boolean {
  return window.length === 2 && window.every((size, i) => size === 2 && strides[i] === 2 && !padding[i]!.some(Boolean));
}

type Size = Parameters<typeof kernelCall>[2];

function plan(
  shape: PoolShape,
  call: (job: Grid, channels: number, sizes: { readonly byRow: Size; readonly byImage: Size }) => KernelCall,
): KernelPlan {
  const { batch, channels, window } = shape;
  const job = forwardGrid({ ...shape, kernel: window, dilations: window.map(() => 1) }, channels * 4, channels * 4);
  const work = batch * volume(job.grid) * volume(job.taps) * channels;
  const byRow = { extent: batch * job.grid[0] * job.grid[1], workspace: 0, work };
  return { calls: [call(job, channels, { byRow, byImage: { extent: batch, workspace: 0, work } })], shared: 0 };
}
