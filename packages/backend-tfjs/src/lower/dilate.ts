// Zeros between the taps of a kernel, and their removal.
import { sizeOf } from '@nablajs/tensor';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Machine } from '../engine/machine.ts';

/** `dilation - 1` zeros between neighbours along each leading axis. */
export function spreadOut(machine: Machine, kernel: TensorInfo, dilations: readonly number[]): TensorInfo {
  return dilations.reduce((x, dilation, axis) => {
    if (dilation === 1) return x;
    const { outer, size, inner } = around(x.shape, axis);
    const cells = machine.reshape(x, [outer * size, 1, inner]);
    const paddings = [
      [0, 0],
      [0, dilation - 1],
      [0, 0],
    ];
    const apart = machine.call('PadV2', { x: cells }, { paddings, constantValue: 0 });
    const extent = (size - 1) * dilation + 1;
    const rows = machine.reshape(apart, [outer, size * dilation, inner]);
    const cut = machine.call('Slice', { x: rows }, { begin: [0, 0, 0], size: [outer, extent, inner] });
    return machine.reshape(cut, replaced(x.shape, axis, extent));
  }, kernel);
}

/** Every `dilation`-th entry along each leading axis: the transpose of {@link spreadOut}. */
export function keepEvery(machine: Machine, kernel: TensorInfo, dilations: readonly number[]): TensorInfo {
  return dilations.reduce((x, dilation, axis) => {
    if (dilation === 1) return x;
    const { outer, size, inner } = around(x.shape, axis);
    const count = (size - 1) / dilation + 1;
    const rows = machine.reshape(x, [outer, size, inner]);
    const paddings = [
      [0, 0],
      [0, dilation - 1],
      [0, 0],
    ];
    const whole = machine.call('PadV2', { x: rows }, { paddings, constantValue: 0 });
    const cells = machine.reshape(whole, [outer * count, dilation, inner]);
    const kept = machine.call('Slice', { x: cells }, { begin: [0, 0, 0], size: [outer * count, 1, inner] });
    return machine.reshape(kept, replaced(x.shape, axis, count));
  }, kernel);
}

function around(shape: readonly number[], axis: number): { outer: number; size: number; inner: number } {
  return { outer: sizeOf(shape.slice(0, axis)), size: shape[axis]!, inner: sizeOf(shape.slice(axis + 1)) };
}

function replaced(shape: readonly number[], axis: number, size: number): number[] {
  return shape.map((n, i) => (i === axis ? size : n));
}
