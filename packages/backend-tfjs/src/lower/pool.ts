// Pools over images by the engine's kernels; over one axis as an image of one row, over volumes on the host.
import { hostArray, type Spec, sizeOf } from '@nablajs/tensor';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Machine } from '../engine/machine.ts';
import { onHost } from './host.ts';
import { attr, type Call, type Lowering } from './lowering.ts';

interface Window {
  readonly filterSize: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: readonly (readonly [number, number])[];
}

function windowOf(call: Call): Window {
  const lift = <T>(list: readonly T[], one: T): readonly [T, T] =>
    [...(list.length === 1 ? [one] : []), ...list] as never;
  return {
    filterSize: lift(attr<number[]>(call, 'window'), 1),
    strides: lift(attr<number[]>(call, 'strides'), 1),
    padding: lift(attr<(readonly [number, number])[]>(call, 'padding'), [0, 0]),
  };
}

function attrsOf({ filterSize, strides, padding }: Window): object {
  return { filterSize, strides, pad: [[0, 0], ...padding, [0, 0]], dimRoundingMode: 'floor' };
}

function asImage(machine: Machine, x: TensorInfo): TensorInfo {
  return machine.reshape(x, imageShape(x.shape));
}

function imageShape(shape: readonly number[]): number[] {
  return shape.length === 3 ? [shape[0]!, 1, shape[1]!, shape[2]!] : [...shape];
}

/** `lowering` for images, the host for volumes. */
function images(lowering: Lowering): Lowering {
  return (machine, inputs, call) =>
    call.spec.shape.length === 5 ? onHost(machine, inputs, call) : lowering(machine, inputs, call);
}

/** How many real cells each window over an image sees, as a share of all its cells. */
function coverage(places: readonly number[], sizes: readonly number[], window: Window): Float32Array {
  const cells = [0, 1].map((axis) =>
    Array.from({ length: places[axis]! }, (_, place) => {
      const start = place * window.strides[axis]! - window.padding[axis]![0];
      const end = Math.min(start + window.filterSize[axis]!, sizes[axis]!);
      return (end - Math.max(start, 0)) / window.filterSize[axis]!;
    }),
  );
  return Float32Array.from(cells[0]!.flatMap((row) => cells[1]!.map((column) => row * column)));
}

const avgPool: Lowering = (machine, [x], call) => {
  const y = machine.call('AvgPool', { x: asImage(machine, x!) }, attrsOf(windowOf(call)));
  return machine.reshape(y, call.spec.shape);
};

/** The kernel shares each gradient by all cells of its window, those of the padding too: made up for beforehand. */
const avgPoolGradient: Lowering = (machine, [gradient], call) => {
  const window = windowOf(call);
  const shape = imageShape(call.spec.shape);
  const dy = asImage(machine, gradient!);
  const [rows, columns] = dy.shape.slice(1, 3) as [number, number];
  const shares = coverage([rows, columns], shape.slice(1, 3), window);
  const spec: Spec = { shape: [1, rows, columns, 1], dtype: 'float32' };
  const scaled = shares.every((share) => share === 1)
    ? dy
    : machine.call('RealDiv', { a: dy, b: machine.write(shares, spec) });
  const like = machine.write(hostArray('float32', sizeOf(shape)), { shape, dtype: 'float32' });
  const dx = machine.call('AvgPoolGrad', { dy: scaled, input: like }, attrsOf(window));
  return machine.reshape(dx, call.spec.shape);
};

/** Averages by kernels; maxima on the host, where ties and NaN go by the definition. */
export const pool: Readonly<Record<string, Lowering>> = {
  maxPool: onHost,
  maxPoolGradient: onHost,
  maxPoolPick: onHost,
  avgPool: images(avgPool),
  avgPoolGradient: images(avgPoolGradient),
};
