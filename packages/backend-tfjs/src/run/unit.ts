import type { Instruction, Spec } from '@nablajs/tensor';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Machine } from '../engine/machine.ts';
import type { Call } from '../lower/lowering.ts';

/** One call: of a kernel, of a kernel with what follows it, or of a program of our own. */
export interface Unit {
  readonly call: Call;
  /** Runs it: one value for each of `results`. */
  readonly lower: (
    machine: Machine,
    inputs: readonly TensorInfo[],
    call: Call,
  ) => TensorInfo | readonly TensorInfo[] | Promise<TensorInfo>;
  /** Values it reads. */
  readonly operands: readonly number[];
  /** The values it makes, that of its last instruction first. */
  readonly results: readonly number[];
  /** Positions of the instructions it stands for. */
  readonly covers: readonly number[];
}

/** A graph as those who gather instructions into units see it. */
export interface Code {
  /** The value number of the first instruction. */
  readonly first: number;
  readonly code: readonly Instruction[];
  readonly specOf: (value: number) => Spec;
  /** Positions of the instructions that read a value. */
  readonly readers: (value: number) => readonly number[];
  readonly isOutput: (value: number) => boolean;
}
