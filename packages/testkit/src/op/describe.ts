import { reference } from '@nablajs/backend-reference';
import type { AnyOp, Backend } from '@nablajs/tensor';
import { register } from '../register.ts';
import type { Skip, Widening } from '../skip.ts';
import { opCases } from './cases.ts';

/** Options of {@link describeOp}. */
export interface DescribeOpOptions {
  /** Tests known to fail, with reasons. One that passes fails the run. */
  readonly skip?: readonly Skip[];
  /** Tests that need a larger relative tolerance, with reasons. */
  readonly tolerances?: readonly Widening[];
  /** Other ops of the same plugin that this one is made of. */
  readonly ops?: readonly AnyOp[];
}

/**
 * Makes vitest tests from an op's samples: its gradients against finite differences on the reference backend, and its
 * values, gradients and decomposition on every backend given.
 * @param backends what to test on beside the reference, by name
 * @example
 * describeOp(ghostNormOp, { cpu: () => cpu() });
 */
export function describeOp(
  op: AnyOp,
  backends: Readonly<Record<string, () => Backend | Promise<Backend>>> = {},
  { skip = [], tolerances = [], ops = [] }: DescribeOpOptions = {},
): void {
  const all = [op, ...ops];
  const makers = { reference: () => reference({ ops: all }), ...backends };
  for (const [name, make] of Object.entries(makers)) {
    register({ title: `${op.definition.name} on ${name}`, make, cases: opCases(op), skip, tolerances, ops: all });
  }
}
