// Resizing is a matrix along each axis: exact on every engine, and its gradient is the transposed matrix.
import { hostArray, resizeOp, sizeOf } from '@nablajs/tensor';
import { referenceOf } from '@nablajs/tensor/references';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Machine } from '../engine/machine.ts';
import { attr, type Lowering } from './lowering.ts';

/** The weights `[to, from]` of one axis: what becomes of the columns of the identity. */
function weightsOf(from: number, to: number, mode: 'nearest' | 'bilinear'): Float32Array {
  const identity = hostArray('float64', from * from);
  for (let i = 0; i < from; i++) identity[i * from + i] = 1;
  const values = referenceOf(resizeOp)!({
    inputs: [identity],
    specs: [{ shape: [1, from, from], dtype: 'float32' }],
    attrs: { size: [to], mode },
    spec: { shape: [1, to, from], dtype: 'float32' },
  });
  return Float32Array.from(values);
}

function alongAxes(
  machine: Machine,
  x: TensorInfo,
  small: readonly number[],
  large: readonly number[],
  mode: 'nearest' | 'bilinear',
  transposed: boolean,
): TensorInfo {
  return small.reduce((y, from, i) => {
    const to = large[i]!;
    if (from === to) return y;
    const axis = i + 1;
    const length = transposed ? from : to;
    const weights = machine.write(weightsOf(from, to, mode), { shape: [1, to, from], dtype: 'float32' });
    const outer = sizeOf(y.shape.slice(0, axis));
    const inner = sizeOf(y.shape.slice(axis + 1));
    const rows = machine.reshape(y, [outer, y.shape[axis]!, inner]);
    const product = machine.call('BatchMatMul', { a: weights, b: rows }, { transposeA: transposed, transposeB: false });
    return machine.reshape(
      product,
      y.shape.map((size, k) => (k === axis ? length : size)),
    );
  }, x);
}

/** Resizing and its gradient. */
export const resize: Readonly<Record<string, Lowering>> = {
  resize: (machine, [x], call) => {
    const y = alongAxes(machine, x!, x!.shape.slice(1, -1), attr<number[]>(call, 'size'), attr(call, 'mode'), false);
    return y === x ? machine.share(y) : y;
  },
  resizeGradient: (machine, [dy], call) => {
    const x = alongAxes(
      machine,
      dy!,
      attr<number[]>(call, 'inputShape'),
      dy!.shape.slice(1, -1),
      attr(call, 'mode'),
      true,
    );
    return x === dy ? machine.share(x) : x;
  },
};
