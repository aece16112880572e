// Convolutions and their gradients. Kernels of TensorFlow.js know images and volumes; one axis is an image of one row.
// Dilated gradients, which the kernels lack, are those of a kernel with zeros between its taps.
import type { Shape } from '@nablajs/tensor';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Machine } from '../engine/machine.ts';
import { convTiles, toInputTiles, toKernelTiles } from '../webgl/conv.ts';
import { keepEvery, spreadOut } from './dilate.ts';
import { attr, type Call, type Lowering } from './lowering.ts';
import type { Epilogue } from './product.ts';
import { bordered } from './shape.ts';

/** A convolution over at least two axes. */
interface Geometry {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly padding: readonly (readonly [number, number])[];
  readonly groups: number;
  /** How many axes of one cell were put in front. */
  readonly lifted: number;
}

function geometryOf(call: Call): Geometry {
  const strides = attr<number[]>(call, 'strides');
  const lifted = Math.max(0, 2 - strides.length);
  const ones = new Array<number>(lifted).fill(1);
  return {
    strides: [...ones, ...strides],
    dilations: [...ones, ...attr<number[]>(call, 'dilations')],
    padding: [...ones.map(() => [0, 0] as const), ...attr<[number, number][]>(call, 'padding')],
    groups: attr<number>(call, 'groups'),
    lifted,
  };
}

function liftedImage(shape: Shape, lifted: number): number[] {
  return [shape[0]!, ...new Array<number>(lifted).fill(1), ...shape.slice(1)];
}

function liftedKernel(shape: Shape, lifted: number): number[] {
  return [...new Array<number>(lifted).fill(1), ...shape];
}

function isDepthwise({ groups, strides }: Geometry, channels: number): boolean {
  return groups > 1 && groups === channels && strides.length === 2;
}

/** `[kh, kw, 1, O]` as TensorFlow.js writes it: `[kh, kw, C, O / C]`. */
function depthwiseShape(kernel: Shape, groups: number): number[] {
  return [kernel[0]!, kernel[1]!, groups, kernel[3]! / groups];
}

function explicit(padding: Geometry['padding']): object {
  const none = padding.every(([before, after]) => before === 0 && after === 0);
  return {
    pad: none ? 'valid' : [[0, 0], ...padding, [0, 0]],
    dataFormat: 'NHWC',
    dimRoundingMode: 'floor',
  };
}

function only1(numbers: readonly number[]): boolean {
  return numbers.every((n) => n === 1);
}

/** The convolution, with a bias and an activation where `epilogue` has them. */
export function convolution(
  machine: Machine,
  [image, weights]: readonly TensorInfo[],
  call: Call,
  epilogue?: Epilogue,
): TensorInfo {
  if (machine.device && attr<number>(call, 'groups') === 1) {
    return convTiles(machine, [image!, weights!], call, epilogue ?? { activation: 'linear' });
  }
  const geometry = geometryOf(call);
  const x = machine.reshape(image!, liftedImage(image!.shape, geometry.lifted));
  const kernel = machine.reshape(weights!, liftedKernel(weights!.shape, geometry.lifted));
  return machine.reshape(forward(machine, x, kernel, geometry, epilogue), call.spec.shape);
}

function forward(
  machine: Machine,
  x: TensorInfo,
  kernel: TensorInfo,
  geometry: Geometry,
  epilogue?: Epilogue,
): TensorInfo {
  const { strides, dilations, padding, groups } = geometry;
  const channels = x.shape.at(-1)!;
  const spread = (): TensorInfo => spreadOut(machine, kernel, dilations);
  if (isDepthwise(geometry, channels)) {
    // The kernel takes strides or dilations, not both.
    const both = !only1(strides) && !only1(dilations);
    const taps = both ? spread() : kernel;
    const filter = machine.reshape(taps, depthwiseShape(taps.shape, groups));
    const attrs = { strides, dilations: both ? [1, 1] : dilations, ...explicit(padding) };
    return machine.call('DepthwiseConv2dNative', { x, filter }, attrs);
  }
  if (groups > 1) {
    const parts = grouped(machine, groups, [x, -1], [kernel, -1]);
    const results = parts.map(([part, taps]) => forward(machine, part!, taps!, { ...geometry, groups: 1 }));
    return machine.call('Concat', results, { axis: x.shape.length - 1 });
  }
  if (strides.length === 3) {
    const attrs = { strides, pad: 'valid', dataFormat: 'NDHWC', dilations: [1, 1, 1] };
    return machine.call('Conv3D', { x: padded(machine, x, padding), filter: spread() }, attrs);
  }
  const attrs = { strides, dilations, ...explicit(padding) };
  if (!epilogue) return machine.call('Conv2D', { x, filter: kernel }, attrs);
  const { bias, activation } = epilogue;
  return machine.call('FusedConv2D', { x, filter: kernel, ...(bias ? { bias } : {}) }, { ...attrs, activation });
}

const convInputGradient: Lowering = (machine, [gradient, weights], call) => {
  if (machine.device && attr<number>(call, 'groups') === 1) return toInputTiles(machine, [gradient!, weights!], call);
  const geometry = geometryOf(call);
  const dy = machine.reshape(gradient!, liftedImage(gradient!.shape, geometry.lifted));
  const kernel = machine.reshape(weights!, liftedKernel(weights!.shape, geometry.lifted));
  const shape = liftedImage(call.spec.shape, geometry.lifted);
  const taps = spreadOut(machine, kernel, geometry.dilations);
  return machine.reshape(toInput(machine, dy, taps, shape, geometry), call.spec.shape);
};

function toInput(
  machine: Machine,
  dy: TensorInfo,
  kernel: TensorInfo,
  inputShape: readonly number[],
  geometry: Geometry,
): TensorInfo {
  const { strides, padding, groups } = geometry;
  if (isDepthwise(geometry, inputShape.at(-1)!)) {
    const filter = machine.reshape(kernel, depthwiseShape(kernel.shape, groups));
    const attrs = { strides, dilations: [1, 1], ...explicit(padding), inputShape };
    return machine.call('DepthwiseConv2dNativeBackpropInput', { dy, filter }, attrs);
  }
  if (groups > 1) {
    const shape = [...inputShape.slice(0, -1), inputShape.at(-1)! / groups];
    const parts = grouped(machine, groups, [dy, -1], [kernel, -1]);
    const results = parts.map(([part, taps]) => toInput(machine, part!, taps!, shape, { ...geometry, groups: 1 }));
    return machine.call('Concat', results, { axis: inputShape.length - 1 });
  }
  if (strides.length === 3) {
    const whole = inputShape.map((size, axis) => {
      const [before, after] = padding[axis - 1] ?? [0, 0];
      return size + before + after;
    });
    const attrs = { strides, pad: 'valid', inputShape: whole };
    const dx = machine.call('Conv3DBackpropInputV2', { dy, filter: kernel }, attrs);
    const begin = inputShape.map((_, axis) => padding[axis - 1]?.[0] ?? 0);
    return machine.call('Slice', { x: dx }, { begin, size: inputShape });
  }
  return machine.call('Conv2DBackpropInput', { dy, filter: kernel }, { strides, ...explicit(padding), inputShape });
}

const convKernelGradient: Lowering = (machine, [image, gradient], call) => {
  if (machine.device && attr<number>(call, 'groups') === 1) return toKernelTiles(machine, [image!, gradient!], call);
  const geometry = geometryOf(call);
  const x = machine.reshape(image!, liftedImage(image!.shape, geometry.lifted));
  const dy = machine.reshape(gradient!, liftedImage(gradient!.shape, geometry.lifted));
  const shape = liftedKernel(call.spec.shape, geometry.lifted);
  const spread = shape.map((size, axis) => {
    const dilation = geometry.dilations[axis] ?? 1;
    return axis < geometry.strides.length ? (size - 1) * dilation + 1 : size;
  });
  const whole = toKernel(machine, x, dy, spread, geometry);
  return machine.reshape(keepEvery(machine, whole, geometry.dilations), call.spec.shape);
};

function toKernel(
  machine: Machine,
  x: TensorInfo,
  dy: TensorInfo,
  filterShape: readonly number[],
  geometry: Geometry,
): TensorInfo {
  const { strides, padding, groups } = geometry;
  if (isDepthwise(geometry, x.shape.at(-1)!)) {
    const attrs = {
      strides,
      dilations: [1, 1],
      ...explicit(padding),
      filterShape: depthwiseShape(filterShape, groups),
    };
    return machine.reshape(machine.call('DepthwiseConv2dNativeBackpropFilter', { x, dy }, attrs), filterShape);
  }
  if (groups > 1) {
    const shape = [...filterShape.slice(0, -1), filterShape.at(-1)! / groups];
    const parts = grouped(machine, groups, [x, -1], [dy, -1]);
    const results = parts.map(([part, its]) => toKernel(machine, part!, its!, shape, { ...geometry, groups: 1 }));
    return machine.call('Concat', results, { axis: filterShape.length - 1 });
  }
  if (strides.length === 3) {
    const attrs = { strides, pad: 'valid', filterShape };
    return machine.call('Conv3DBackpropFilterV2', { x: padded(machine, x, padding), dy }, attrs);
  }
  return machine.call('Conv2DBackpropFilter', { x, dy }, { strides, ...explicit(padding), filterShape });
}

/** Each value cut into equal parts along an axis; part `i` of all of them together. */
function grouped(
  machine: Machine,
  groups: number,
  ...values: readonly (readonly [TensorInfo, number])[]
): TensorInfo[][] {
  return Array.from({ length: groups }, (_, group) =>
    values.map(([x, from]) => {
      const axis = x.shape.length + from;
      const size = x.shape.map((n, i) => (i === axis ? n / groups : n));
      const begin = x.shape.map((_, i) => (i === axis ? group * size[axis]! : 0));
      return machine.call('Slice', { x }, { begin, size });
    }),
  );
}

function padded(machine: Machine, x: TensorInfo, padding: Geometry['padding']): TensorInfo {
  return bordered(machine, x, [[0, 0], ...padding, [0, 0]], 0);
}

/** The convolution and its two gradients. */
export const conv: Readonly<Record<string, Lowering>> = {
  conv: (machine, inputs, call) => convolution(machine, inputs, call),
  convInputGradient,
  convKernelGradient,
};
