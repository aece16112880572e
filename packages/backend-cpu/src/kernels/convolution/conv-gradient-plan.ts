import type { ConvShape } from '../geometry.ts';
import { forwardGrid, gridArgs, volume } from '../grid.ts';
import { type KernelOptions, type KernelPlan, kernelCall, place } from '../kernel.ts';
import { evenBlock } from '../product/gemm.ts';
import { cutSum, sliceTarget, summed } from '../slices.ts';
import { planWinogradKernelGradient, suitsWinograd } from '../winograd/plan.ts';
import { convKernelGradient, gradientWorkspace } from './conv-gradient.ts';
import { isDepthwise, planDepthwiseKernelGradient } from './depthwise-plan.ts';
import { hasFewChannelsGradient, planFewChannelsKernelGradient } from './few-channels-plan.ts';

/** Plans the gradient of a convolution with respect to its kernel, over the buffers `x`, `dy`, `dw`. */
export function planConvKernelGradient(shape: ConvShape, options: KernelOptions): KernelPlan {
  if (isDepthwise(shape)) return planDepthwiseKernelGradient(shape);
  if (suitsWinograd(shape)) return planWinogradKernelGradient(shape, options);
  if (hasFewChannelsGradient(shape, options)) return planFewChannelsKernelGradient(shape, options);
  const { channels, filters, groups } = shape;
  const [group, columns] = [channels / groups, filters / groups];
  const job = forwardGrid(shape, channels * 4, filters * 4);
  const pixels = volume(job.limit) === 0 ? 0 : shape.batch * volume(job.grid);
  const rows = volume(job.taps) * group;
  const floats = rows * filters;
  const cut = cutSum(pixels, floats, 1024);
  const blocks = {
    pixelBlock: evenBlock(cut.length, 256, 4),
    rowBlock: evenBlock(rows, 128, options.tile.rows),
    columnBlock: evenBlock(columns, 1024, options.tile.columns),
  };
  const gradient = kernelCall(
    convKernelGradient,
    {
      ...gridArgs(job, place('x'), 0),
      ...{ pixels, dy: place('dy'), dyStride: filters * 4, dw: sliceTarget(cut) },
      ...{ dwStride: filters * 4, channels: group, columns, groups, sourceFloats: channels },
      ...{ sourceGroup: group * 4, dyGroup: columns * 4, dwGroup: columns * 4 },
      ...{ slice: cut.slices > 1 ? cut.length : 0, sliceBytes: floats * 4 },
      ...{ direct: Number(rows <= DIRECT_ROWS), ...blocks },
    },
    {
      extent: floats === 0 ? 0 : cut.slices > 1 ? cut.slices : Math.ceil(rows / options.tile.rows),
      workspace: gradientWorkspace({ sourceFloats: channels, taps: volume(job.taps) }, blocks, options),
      work: pixels * floats,
    },
  );
  return summed(gradient, floats, cut);
}

/** Up to so many rows of the gradient, packing dy costs more than it gains. */
const DIRECT_ROWS = 64;
