import { convKernelGradient, gradientWorkspace, SUM_UNIT, sumSlices } from './conv-gradient.ts';
import { isDepthwise, planDepthwiseKernelGradient } from './depthwise-plan.ts';
import { evenBlock } from './gemm.ts';
import type { ConvShape } from './geometry.ts';
import { forwardGrid, gridArgs, volume } from './grid.ts';
import { type KernelOptions, type KernelPlan, kernelCall, place } from './kernel.ts';

/**
 * Plans the gradient of a convolution with respect to its kernel, over the buffers `x`, `dy`, `dw`. While gradients are
 * small, slices of the pixels are summed apart and added at the end: more threads, better sums. The number of slices
 * depends on the shape alone, so that results do not depend on threads.
 */
export function planConvKernelGradient(shape: ConvShape, options: KernelOptions): KernelPlan {
  if (isDepthwise(shape)) return planDepthwiseKernelGradient(shape);
  const { channels, filters, groups } = shape;
  const [group, columns] = [channels / groups, filters / groups];
  const job = forwardGrid(shape, channels * 4, filters * 4);
  const pixels = volume(job.limit) === 0 ? 0 : shape.batch * volume(job.grid);
  const rows = volume(job.taps) * group;
  const floats = rows * filters;
  const parts = chooseSlices(pixels, floats);
  const slice = parts > 1 ? Math.ceil(pixels / parts) : 0;
  const slices = parts > 1 ? Math.ceil(pixels / slice) : 1;
  const blocks = {
    pixelBlock: evenBlock(slice || pixels, 256, 4),
    rowBlock: evenBlock(rows, 128, options.tile.rows),
    columnBlock: evenBlock(columns, 1024, options.tile.columns),
  };
  const gradient = kernelCall(
    convKernelGradient,
    {
      ...gridArgs(job, place('x'), 0),
      ...{ pixels, dy: place('dy'), dyStride: filters * 4, dw: place(slices > 1 ? 'shared' : 'dw') },
      ...{ dwStride: filters * 4, channels: group, columns, groups, sourceFloats: channels },
      ...{ sourceGroup: group * 4, dyGroup: columns * 4, dwGroup: columns * 4 },
      ...{ slice, sliceBytes: floats * 4, direct: Number(rows <= DIRECT_ROWS), ...blocks },
    },
    {
      extent: floats === 0 ? 0 : slices > 1 ? slices : Math.ceil(rows / options.tile.rows),
      workspace: gradientWorkspace({ sourceFloats: channels, taps: volume(job.taps) }, blocks, options),
      work: pixels * floats,
    },
  );
  if (slices === 1) return { calls: [gradient], shared: 0 };
  const sum = kernelCall(
    sumSlices,
    { source: place('shared'), target: place('dw'), floats, slices },
    { extent: Math.ceil(floats / SUM_UNIT), workspace: 0, work: floats * slices },
  );
  return { calls: [gradient, sum], shared: floats * slices * 4 };
}

function chooseSlices(pixels: number, floats: number): number {
  const byWork = Math.floor(pixels / 1024);
  const byMemory = Math.floor((1 << 20) / Math.max(1, floats));
  return Math.max(1, Math.min(8, byWork, byMemory));
}

/** Up to so many rows of the gradient, packing dy costs more than it gains. */
const DIRECT_ROWS = 64;
