import type { Attrs, Spec } from '@nablajs/tensor';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Machine } from '../engine/machine.ts';

/** One op call to be run: what it is, and the specs of its operands and result. */
export interface Call {
  readonly op: string;
  readonly attrs: Attrs;
  readonly operands: readonly Spec[];
  readonly spec: Spec;
}

/** How an op runs on an engine. Values made on the way are freed by the caller; the result is a reference of its own. */
export type Lowering = (
  machine: Machine,
  inputs: readonly TensorInfo[],
  call: Call,
) => TensorInfo | Promise<TensorInfo>;

/** An attr as what the op's definition says it is. */
export function attr<T>(call: Call, name: string): T {
  return call.attrs[name] as T;
}
