import type { Attrs, Shape } from '@nablajs/tensor';
import { conv } from '../kernels/convolution/conv.ts';
import { convKernelGradient } from '../kernels/convolution/conv-gradient.ts';
import { planConvKernelGradient } from '../kernels/convolution/conv-gradient-plan.ts';
import { planConv, planConvInputGradient } from '../kernels/convolution/conv-plan.ts';
import { depthwise, depthwiseKernelGradient } from '../kernels/convolution/depthwise.ts';
import { convFewChannels, fewChannelsKernelGradient } from '../kernels/convolution/few-channels.ts';
import type { ConvShape } from '../kernels/geometry.ts';
import { sumSlices } from '../kernels/slices.ts';
import { winogradKernelGradient } from '../kernels/winograd/gradient.ts';
import { winograd } from '../kernels/winograd/winograd.ts';
import type { Family } from './family.ts';
import { kernelLowering } from './lowering.ts';

const numbers = (attrs: Attrs, name: string): readonly number[] => attrs[name] as readonly number[];
const spatial = (shape: Shape): readonly number[] => shape.slice(1, -1);

/** A convolution from the shapes of its input `[N, ...in, C]` and kernel `[...k, C / groups, O]`. */
function convShape(x: Shape, kernel: Shape, attrs: Attrs): ConvShape {
  return {
    batch: x[0]!,
    input: spatial(x),
    channels: x.at(-1)!,
    kernel: kernel.slice(0, -2),
    filters: kernel.at(-1)!,
    strides: numbers(attrs, 'strides'),
    dilations: numbers(attrs, 'dilations'),
    padding: attrs['padding'] as ConvShape['padding'],
    groups: attrs['groups'] as number,
  };
}

/** Convolutions and their gradients. */
export const convolution: Family<'conv' | 'convInputGradient' | 'convKernelGradient'> = {
  kernels: [
    convFewChannels,
    fewChannelsKernelGradient,
    conv,
    ...Object.values(winograd),
    convKernelGradient,
    ...Object.values(winogradKernelGradient),
    sumSlices,
    depthwise,
    depthwiseKernelGradient,
  ],
  rows: {
    conv: {
      ...kernelLowering(['x', 'w'], 'y', ({ specs: [x, w], attrs, options, epilogue }) =>
        planConv(convShape(x!.shape, w!.shape, attrs), options, epilogue),
      ),
      epilogue: true,
    },
    convInputGradient: kernelLowering(['dy', 'w'], 'dx', ({ specs: [, w], spec, attrs, options }) =>
      planConvInputGradient(convShape(spec.shape, w!.shape, attrs), options),
    ),
    convKernelGradient: kernelLowering(['x', 'dy'], 'dw', ({ specs: [x], spec, attrs, options }) =>
      planConvKernelGradient(convShape(x!.shape, spec.shape, attrs), options),
    ),
  },
};
