import { convKernelGradient, gradientWorkspace, SUM_UNIT, sumSlices } from './conv-gradient.ts';
import { gridArgs } from './conv-plan.ts';
import { evenBlock } from './gemm.ts';
import { type ConvShape, each, strides3, volume, windowAxes } from './geometry.ts';
import { type KernelOptions, type KernelPlan, kernelCall, place } from './kernel.ts';

/**
 * Plans the gradient of a convolution with respect to its kernel, over the buffers `x`, `dy`, `dw`. While gradients are
 * small, slices of the pixels are summed apart and added at the end: more threads, better sums. The number of slices
 * depends on the shape alone, so that results do not depend on threads.
 */
export function planConvKernelGradient(shape: ConvShape, options: KernelOptions): KernelPlan {
  const axes = windowAxes(shape);
  const { channels, filters, groups } = shape;
  const [group, columns] = [channels / groups, filters / groups];
  const [input, output, taps] = [
    each(axes, (axis) => axis.input),
    each(axes, (axis) => axis.output),
    each(axes, (axis) => axis.taps),
  ];
  const pixels = volume(input) === 0 ? 0 : shape.batch * volume(output);
  const rows = volume(taps) * group;
  const floats = rows * filters;
  const slices = chooseSlices(pixels, floats);
  const perSlice = slices > 1 ? Math.ceil(pixels / slices) : 0;
  const direct = rows <= DIRECT_ROWS;
  const blocks = {
    pixelBlock: evenBlock(Math.max(1, perSlice || pixels), 256, 4),
    rowBlock: evenBlock(rows, 128, options.tile.rows),
    columnBlock: evenBlock(columns, 1024, options.tile.columns),
  };
  const numbers = {
    ...{ limit: input, grid: output, step: each(axes, (axis) => axis.stride), taps },
    ...{ reach: each(axes, (axis) => axis.dilation), origin: each(axes, (axis) => -axis.low) },
    ...{ source: strides3(input, channels * 4), target: { axes: [0, 0, 0], batch: 0 } as const },
  };
  const gradient = kernelCall(
    convKernelGradient,
    {
      ...gridArgs(numbers, place('x'), 0),
      ...{ pixels, dy: place('dy'), dyStride: filters * 4, dw: place(slices > 1 ? 'shared' : 'dw') },
      ...{ dwStride: filters * 4, channels: group, columns, groups, sourceFloats: channels },
      ...{ sourceGroup: group * 4, dyGroup: columns * 4, dwGroup: columns * 4 },
      ...{ slice: perSlice, sliceBytes: floats * 4, direct: Number(direct), ...blocks },
    },
    {
      extent: floats === 0 ? 0 : slices > 1 ? Math.ceil(pixels / perSlice) : Math.ceil(rows / options.tile.rows),
      workspace: gradientWorkspace({ sourceFloats: channels, taps: volume(taps) }, blocks, options),
      work: pixels * floats,
    },
  );
  if (slices === 1) return { calls: [gradient], shared: 0 };
  const sum = kernelCall(
    sumSlices,
    { source: place('shared'), target: place('dw'), floats, slices: gradient.extent },
    { extent: Math.ceil(floats / SUM_UNIT), workspace: 0, work: floats * slices },
  );
  return { calls: [gradient, sum], shared: floats * gradient.extent * 4 };
}

function chooseSlices(pixels: number, floats: number): number {
  const byWork = Math.floor(pixels / 1024);
  const byMemory = Math.floor((1 << 20) / Math.max(1, floats));
  return Math.max(1, Math.min(8, byWork, byMemory));
}

/** Up to so many rows of the gradient, packing dy costs more than it gains. */
const DIRECT_ROWS = 64;
