// What a program does, one thing after the other: loops and kernel calls, with the nodes they read and write.
import type { EmitContext, EmittedLoop } from '../fuse/emitted.ts';
import type { Loop } from '../fuse/loop.ts';
import type { KernelCall } from '../kernels/kernel.ts';
import type { FunctionBuilder, Operand } from '../wasm/index.ts';
import type { PlanNode } from './node.ts';

/** An argument of a call: a number, or so many bytes into a node's value or (`null`) into the scratch of the task. */
export type Argument = number | { readonly node: PlanNode | null; readonly bytes: number };

/** The function of a loop, and the arguments that come before the range. */
export interface LoopCall extends Omit<EmittedLoop, 'args'> {
  readonly args: readonly Argument[];
}

/** A loop with what its operands and results are. It brings along how it is emitted: programs without loops do without. */
export interface LoopStep {
  readonly kind: 'loop';
  readonly loop: Loop;
  /** About how many vector instructions it takes. */
  readonly work: number;
  readonly emit: (context: EmitContext) => LoopCall;
  /** Per operand; index operands have none. */
  readonly operands: readonly (PlanNode | null)[];
  readonly results: readonly PlanNode[];
}

/** Loops that take turns: each does a block of its range, then the next one the same block. */
export interface ChainStep {
  readonly kind: 'chain';
  readonly steps: readonly LoopStep[];
  readonly blocks: number;
  /** Emits blocks `[begin, end)`, given the ranges of the loops and how a part of each is emitted. */
  readonly emit: (
    f: FunctionBuilder,
    loops: readonly {
      readonly extent: number;
      readonly emit: (begin: Operand<'i32'>, end: Operand<'i32'>) => void;
    }[],
    begin: Operand<'i32'>,
    end: Operand<'i32'>,
  ) => void;
}

/** A kernel call with what its buffers are: a node, words into it, or scratch that lives as long as the task. */
export interface CallStep {
  readonly kind: 'call';
  readonly call: KernelCall;
  readonly buffers: ReadonlyMap<string, { readonly node: PlanNode; readonly offset: number }>;
}

/** Steps that belong together. */
export interface Task {
  readonly label: string;
  readonly steps: readonly (LoopStep | ChainStep | CallStep)[];
  readonly reads: readonly PlanNode[];
  readonly writes: readonly PlanNode[];
  /** Bytes of scratch from the first step to the last. */
  readonly scratch: number;
  /** What a kernel's result may lie over; of loops it is known from what they read. */
  readonly inPlace?: PlanNode;
}

/** Each node once. */
export function unique(nodes: readonly (PlanNode | null)[]): PlanNode[] {
  return [...new Set(nodes.filter((node) => node !== null))];
}
