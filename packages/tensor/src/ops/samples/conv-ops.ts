// Calls of the convolution and its two gradients: the same geometries, seen from each operand.
import type { Sample } from '../../op.ts';
import type { Shape } from '../../spec.ts';
import type { ConvAttrs, ConvInputGradientAttrs, ConvKernelGradientAttrs } from '../conv-ops.ts';

interface Geometry extends Partial<ConvAttrs> {
  readonly note: string;
  readonly x: Shape;
  readonly kernel: Shape;
  readonly y: Shape;
  readonly gradient?: boolean;
}

const ONE: readonly [number, number] = [1, 1];

const GEOMETRIES: readonly Geometry[] = [
  { note: '1-D', x: [2, 7, 3], kernel: [3, 3, 4], y: [2, 5, 4] },
  {
    note: '1-D, strided, dilated, padded in front',
    x: [2, 9, 2],
    kernel: [3, 2, 3],
    y: [2, 4, 3],
    strides: [2],
    dilations: [2],
    padding: [[3, 0]],
  },
  { note: '2-D', x: [1, 5, 5, 1], kernel: [3, 3, 1, 1], y: [1, 3, 3, 1] },
  { note: 'same size', x: [2, 6, 5, 3], kernel: [3, 3, 3, 4], y: [2, 6, 5, 4], padding: [ONE, ONE] },
  {
    note: 'strides, padded behind',
    x: [1, 7, 6, 2],
    kernel: [3, 2, 2, 3],
    y: [1, 3, 3, 3],
    strides: [2, 2],
    padding: [
      [0, 1],
      [0, 1],
    ],
  },
  { note: 'last row and column unseen', x: [1, 6, 6, 1], kernel: [3, 3, 1, 2], y: [1, 2, 2, 2], strides: [2, 2] },
  { note: 'gaps between windows', x: [1, 9, 8, 2], kernel: [2, 2, 2, 2], y: [1, 3, 3, 2], strides: [3, 3] },
  {
    note: 'uneven strides and dilations',
    x: [1, 8, 9, 2],
    kernel: [3, 2, 2, 3],
    y: [1, 4, 3, 3],
    strides: [1, 2],
    dilations: [2, 3],
    padding: [
      [0, 0],
      [0, 0],
    ],
  },
  {
    note: 'padding wider than the kernel',
    x: [1, 3, 2, 2],
    kernel: [2, 2, 2, 2],
    y: [1, 6, 7, 2],
    padding: [
      [3, 1],
      [2, 4],
    ],
  },
  { note: 'kernel as large as the input', x: [2, 4, 3, 2], kernel: [4, 3, 2, 5], y: [2, 1, 1, 5] },
  { note: 'pointwise', x: [2, 4, 3, 5], kernel: [1, 1, 5, 7], y: [2, 4, 3, 7] },
  { note: 'pointwise, strided', x: [1, 5, 5, 3], kernel: [1, 1, 3, 2], y: [1, 3, 3, 2], strides: [2, 2] },
  { note: 'two groups', x: [2, 5, 4, 4], kernel: [3, 3, 2, 6], y: [2, 5, 4, 6], padding: [ONE, ONE], groups: 2 },
  { note: 'depthwise', x: [2, 5, 6, 3], kernel: [3, 3, 1, 3], y: [2, 3, 4, 3], groups: 3 },
  {
    note: 'depthwise, two results per channel',
    x: [1, 5, 5, 3],
    kernel: [3, 3, 1, 6],
    y: [1, 3, 3, 6],
    strides: [2, 2],
    padding: [ONE, ONE],
    groups: 3,
  },
  {
    note: 'depthwise, dilated',
    x: [1, 7, 6, 2],
    kernel: [3, 3, 1, 2],
    y: [1, 7, 6, 2],
    dilations: [2, 2],
    padding: [
      [2, 2],
      [2, 2],
    ],
    groups: 2,
  },
  { note: '1-D depthwise', x: [2, 8, 5], kernel: [4, 1, 5], y: [2, 5, 5], groups: 5 },
  {
    note: '3-D',
    x: [1, 4, 5, 4, 2],
    kernel: [2, 3, 2, 2, 3],
    y: [1, 4, 3, 3, 3],
    strides: [1, 2, 1],
    padding: [[0, 1], ONE, [0, 0]],
  },
  { note: '3-D, two groups', x: [1, 3, 3, 4, 4], kernel: [2, 2, 2, 2, 2], y: [1, 2, 2, 3, 2], groups: 2 },
  { note: 'no images', x: [0, 5, 5, 2], kernel: [3, 3, 2, 3], y: [0, 3, 3, 3] },
  {
    note: 'ragged sizes',
    x: [1, 17, 19, 9],
    kernel: [3, 3, 9, 21],
    y: [1, 17, 19, 21],
    padding: [ONE, ONE],
    gradient: false,
  },
  { note: 'wide kernel', x: [2, 13, 11, 16], kernel: [5, 5, 16, 8], y: [2, 5, 4, 8], strides: [2, 2], gradient: false },
  { note: 'many channels', x: [1, 7, 7, 64], kernel: [3, 3, 64, 33], y: [1, 5, 5, 33], gradient: false },
  {
    note: 'depthwise, ragged sizes',
    x: [1, 16, 15, 37],
    kernel: [3, 3, 1, 37],
    y: [1, 16, 15, 37],
    padding: [ONE, ONE],
    groups: 37,
    gradient: false,
  },
];

function attrsOf({ x, strides, dilations, padding, groups }: Geometry): ConvAttrs {
  const spatial = x.slice(1, -1);
  return {
    strides: strides ?? spatial.map(() => 1),
    dilations: dilations ?? spatial.map(() => 1),
    padding: padding ?? spatial.map(() => [0, 0] as const),
    groups: groups ?? 1,
  };
}

function common({ note, gradient }: Geometry): { note: string; tolerance: number; gradient?: boolean } {
  return { note, tolerance: 1e-4, ...(gradient === undefined ? {} : { gradient }) };
}

const CONV: readonly Sample<ConvAttrs>[] = [
  ...GEOMETRIES.map((geometry) => ({
    inputs: [geometry.x, geometry.kernel],
    attrs: attrsOf(geometry),
    ...common(geometry),
  })),
  {
    inputs: [
      { shape: [1, 2, 4, 1], values: [1, Number.NaN, 2, 3, Number.POSITIVE_INFINITY, 1, -1, Number.NEGATIVE_INFINITY] },
      { shape: [1, 2, 1, 2], values: [1, -2, 0.5, 3] },
    ],
    attrs: {
      strides: [1, 1],
      dilations: [1, 1],
      padding: [
        [0, 0],
        [0, 0],
      ],
      groups: 1,
    },
    gradient: false,
    note: 'special values',
  },
];

const INPUT_GRADIENT: readonly Sample<ConvInputGradientAttrs>[] = GEOMETRIES.map((geometry) => ({
  inputs: [geometry.y, geometry.kernel],
  attrs: { ...attrsOf(geometry), inputShape: geometry.x.slice(1, -1) },
  ...common(geometry),
}));

const KERNEL_GRADIENT: readonly Sample<ConvKernelGradientAttrs>[] = GEOMETRIES.map((geometry) => ({
  inputs: [geometry.x, geometry.y],
  attrs: { ...attrsOf(geometry), kernelShape: geometry.kernel.slice(0, -2) },
  ...common(geometry),
}));

/** Calls that ops of conv-ops.ts are tested with. */
export const convOpsSamples: {
  readonly conv: readonly Sample<ConvAttrs>[];
  readonly convInputGradient: readonly Sample<ConvInputGradientAttrs>[];
  readonly convKernelGradient: readonly Sample<ConvKernelGradientAttrs>[];
} = {
  conv: CONV,
  convInputGradient: INPUT_GRADIENT,
  convKernelGradient: KERNEL_GRADIENT,
};
