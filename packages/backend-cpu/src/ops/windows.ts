import type { Attrs, Shape } from '@nablajs/tensor';
import {
  type ConvShape,
  type KernelPlan,
  type PoolShape,
  planAvgPool,
  planAvgPoolGradient,
  planConv,
  planConvInputGradient,
  planConvKernelGradient,
  planMaxPool,
  planMaxPoolGradient,
  planMaxPoolPick,
  planResize,
  planResizeGradient,
  type ResizeShape,
} from '../kernels/index.ts';
import type { KernelLowering, KernelRequest } from './lowering.ts';

const numbers = (attrs: Attrs, name: string): readonly number[] => attrs[name] as readonly number[];
const spatial = (shape: Shape): readonly number[] => shape.slice(1, -1);

function lowering(
  operands: readonly string[],
  result: string,
  plan: (request: KernelRequest) => KernelPlan,
): KernelLowering {
  return { kind: 'kernel', operands, result, plan };
}

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

function poolShape(x: Shape, attrs: Attrs): PoolShape {
  return {
    batch: x[0]!,
    input: spatial(x),
    channels: x.at(-1)!,
    window: numbers(attrs, 'window'),
    strides: numbers(attrs, 'strides'),
    padding: attrs['padding'] as PoolShape['padding'],
  };
}

function resizeShape(x: Shape, y: Shape, attrs: Attrs): ResizeShape {
  const mode = attrs['mode'] as ResizeShape['mode'];
  return { batch: x[0]!, input: spatial(x), output: spatial(y), channels: x.at(-1)!, mode };
}

/** Rows of the table for windows over spatial axes, and for resizing them. */
export const windows: Readonly<Record<string, KernelLowering>> = {
  conv: {
    ...lowering(['x', 'w'], 'y', ({ specs: [x, w], attrs, options, epilogue }) =>
      planConv(convShape(x!.shape, w!.shape, attrs), options, epilogue),
    ),
    epilogue: true,
  },
  convInputGradient: lowering(['dy', 'w'], 'dx', ({ specs: [, w], spec, attrs, options }) =>
    planConvInputGradient(convShape(spec.shape, w!.shape, attrs), options),
  ),
  convKernelGradient: lowering(['x', 'dy'], 'dw', ({ specs: [x], spec, attrs, options }) =>
    planConvKernelGradient(convShape(x!.shape, spec.shape, attrs), options),
  ),
  maxPool: lowering(['x'], 'y', ({ specs: [x], attrs }) => planMaxPool(poolShape(x!.shape, attrs))),
  maxPoolGradient: lowering(['x', 'dy'], 'dx', ({ specs: [x], attrs }) =>
    planMaxPoolGradient(poolShape(x!.shape, attrs)),
  ),
  maxPoolPick: lowering(['x', 'values'], 'y', ({ specs: [x], attrs }) => planMaxPoolPick(poolShape(x!.shape, attrs))),
  avgPool: lowering(['x'], 'y', ({ specs: [x], attrs }) => planAvgPool(poolShape(x!.shape, attrs))),
  avgPoolGradient: lowering(['dy'], 'dx', ({ spec, attrs }) => planAvgPoolGradient(poolShape(spec.shape, attrs))),
  resize: lowering(['x'], 'y', ({ specs: [x], spec, attrs }) => planResize(resizeShape(x!.shape, spec.shape, attrs))),
  resizeGradient: lowering(['dy'], 'dx', ({ specs: [dy], spec, attrs }) =>
    planResizeGradient(resizeShape(spec.shape, dy!.shape, attrs)),
  ),
};
