// Matrix products, with what follows them where an engine fuses it.
import { type Shape, sizeOf } from '@nablajs/tensor';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Machine } from '../engine/machine.ts';
import { matmulTiles } from '../webgl/matmul.ts';
import { attr, type Call, type Lowering } from './lowering.ts';

/** Bias and activation of a fused product. */
export interface Epilogue {
  readonly bias?: TensorInfo;
  readonly activation: 'linear' | 'relu';
}

/** `a x b`, a bias added to the last axis, an activation applied. */
export function product(
  machine: Machine,
  [a, b]: readonly TensorInfo[],
  call: Call,
  { bias, activation }: Epilogue,
): TensorInfo {
  if (machine.device) return matmulTiles(machine, [a!, b!], call, bias ? { bias, activation } : { activation });
  const attrs = { transposeA: attr<boolean>(call, 'transposeA'), transposeB: attr<boolean>(call, 'transposeB') };
  const matrices = { a: machine.reshape(a!, asBatch(a!.shape)), b: machine.reshape(b!, asBatch(b!.shape)) };
  const result =
    bias === undefined && activation === 'linear'
      ? machine.call('BatchMatMul', matrices, attrs)
      : machine.call('_FusedMatMul', bias ? { ...matrices, bias } : matrices, { ...attrs, activation });
  return machine.reshape(result, call.spec.shape);
}

function asBatch(shape: Shape): number[] {
  return [sizeOf(shape.slice(0, -2)), shape.at(-2)!, shape.at(-1)!];
}

/** Products by the engine's kernels. */
export const matmul: Lowering = (machine, inputs, call) => product(machine, inputs, call, { activation: 'linear' });
