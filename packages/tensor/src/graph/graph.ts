import type { HostArray, Spec } from '../spec.ts';

/** A value an op may carry besides its operands: plain, serialisable, compared by structure. */
export type AttrValue = number | boolean | string | readonly AttrValue[];

/** Named static arguments of one op call. */
export type Attrs = Readonly<Record<string, AttrValue>>;

/** One operation of a graph. Its result is the value numbered `inputs + constants + own position`. */
export interface Instruction {
  readonly op: string;
  /** Value numbers: first the graph's inputs, then its constants, then the results of earlier instructions. */
  readonly operands: readonly number[];
  readonly attrs: Attrs;
  readonly spec: Spec;
  /** Where the user's code made it, `file:line:column`, when known: while the graph is compiled, hardly afterwards. */
  readonly site?: string | undefined;
  /** The layers it was made in, `"conv2d_1" (Conv2D)`, when known. */
  readonly path?: string;
}

/** Host data baked into a graph. */
export interface Constant {
  readonly spec: Spec;
  readonly data: HostArray;
}

/**
 * What a backend compiles: plain data in execution order, every instruction with one result.
 * Values are numbered inputs first, then constants, then instruction results.
 */
export interface Graph {
  readonly inputs: readonly Spec[];
  readonly constants: readonly Constant[];
  readonly code: readonly Instruction[];
  /** Value numbers of the results, in the order `run` returns them. May repeat, and may name inputs or constants. */
  readonly outputs: readonly number[];
  /** Positions in `inputs` whose buffers the run may overwrite and take over; they are dead to the caller afterwards. */
  readonly donated: readonly number[];
}

/** The spec of any value of a graph by its number. */
export function specOf(graph: Graph, value: number): Spec {
  const afterInputs = value - graph.inputs.length;
  if (afterInputs < 0) return graph.inputs[value]!;
  const afterConstants = afterInputs - graph.constants.length;
  return afterConstants < 0 ? graph.constants[afterInputs]!.spec : graph.code[afterConstants]!.spec;
}
