import type { ConvShape } from '../geometry.ts';
import { forwardGrid, forwardReaching, type Grid, gridArgs, inputGradientGrids, tapLayout, volume } from '../grid.ts';
import { type KernelCall, type KernelPlan, kernelCall, place } from '../kernel.ts';
import { type Epilogue, epilogueArgs, PLAIN } from '../product/matmul.ts';
import { cutSum, sliceTarget, summed } from '../slices.ts';
import { depthwise, depthwiseKernelGradient } from './depthwise.ts';

/** One kernel per channel and one filter per kernel: nothing to multiply matrices with. */
export function isDepthwise({ channels, filters, groups }: ConvShape): boolean {
  return groups === channels && filters === channels && groups > 1;
}

/** Plans a depthwise convolution over the buffers `x`, `w`, `y` (and `bias`). */
export function planDepthwise(shape: ConvShape, epilogue: Epilogue): KernelPlan {
  const pixel = shape.channels * 4;
  return { calls: [slide(shape, forwardGrid(shape, pixel, pixel), 'x', 'y', epilogue)], shared: 0 };
}

/** Plans its gradient with respect to the input, over the buffers `dy`, `w`, `dx`. */
export function planDepthwiseInputGradient(shape: ConvShape): KernelPlan {
  const pixel = shape.channels * 4;
  const grids = inputGradientGrids(shape, pixel, pixel).map(forwardReaching);
  return { calls: grids.map((grid) => slide(shape, grid, 'dy', 'dx', PLAIN)), shared: 0 };
}

function slide(shape: ConvShape, job: Grid, source: string, target: string, epilogue: Epilogue): KernelCall {
  const { batch, channels } = shape;
  const weight = tapLayout(job, shape, channels * 4);
  return kernelCall(
    depthwise,
    {
      ...gridArgs(job, place(source), place(target, job.targetOffset)),
      ...{ channels, weights: place('w', weight.offset), ...epilogueArgs(epilogue) },
      ...{ weight0: weight.axes[0], weight1: weight.axes[1], weight2: weight.axes[2] },
    },
    {
      extent: batch * job.grid[0] * job.grid[1],
      workspace: 0,
      work: batch * volume(job.grid) * volume(job.taps) * channels,
    },
  );
}

/** Plans its gradient with respect to the kernel, over the buffers `x`, `dy`, `dw`. */
export function planDepthwiseKernelGradient(shape: ConvShape): KernelPlan {
  const { batch, channels } = shape;
  const job = forwardGrid(shape, channels * 4, channels * 4);
  const rows = batch * job.grid[0] * job.grid[1];
  const floats = volume(job.taps) * channels;
  const cut = cutSum(rows, floats, 1);
  const gradient = kernelCall(
    depthwiseKernelGradient,
    {
      ...gridArgs(job, place('x'), place('dy')),
      ...{ channels, rows, slice: cut.length, dw: sliceTarget(cut), sliceBytes: floats * 4 },
    },
    { extent: cut.slices, workspace: 0, work: batch * volume(job.grid) * floats },
  );
  return summed(gradient, floats, cut);
}
