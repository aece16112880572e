import { type AnyOp, type Backend, compositeOps, primitiveOps } from '@nablajs/tensor';
import { contractCases } from './contract/index.ts';
import { opCases } from './op/cases.ts';
import { programCases } from './programs.ts';
import { register } from './register.ts';
import { runtimeCases } from './runtime-cases.ts';
import { matches, type Skip, type Widening } from './skip.ts';

/** Options of {@link describeBackend}. */
export interface DescribeBackendOptions {
  /** Tests known to fail, with reasons. One that passes fails the run, so that the list never goes stale. */
  readonly skip?: readonly Skip[];
  /** Tests that need a larger relative tolerance, with reasons. */
  readonly tolerances?: readonly Widening[];
  /** Ops of plugins to test beside Nabla's own. */
  readonly ops?: readonly AnyOp[];
  /** Patterns of the tests to make, for further modes of a backend that passes them all in one. Default: all. */
  readonly only?: readonly string[];
}

/**
 * Makes vitest tests that hold a backend to its contract: every op against the reference backend (values, gradients,
 * decompositions, dtypes, odd sizes, broadcasting), buffers and donation, random programs, and a short training run.
 *
 * Runs wherever vitest does, browsers included.
 * @param make starts the backend; it is disposed at the end
 * @example
 * describeBackend(() => cpu(), { skip: [{ reason: 'no 3-D kernels yet', tests: ['conv/*3-D*'] }] });
 */
export function describeBackend(
  make: () => Backend | Promise<Backend>,
  { skip = [], tolerances = [], ops = [], only }: DescribeBackendOptions = {},
): void {
  const cases = [
    ...contractCases(),
    ...[...primitiveOps, ...compositeOps, ...ops].flatMap(opCases),
    ...programCases(),
    ...runtimeCases(),
  ];
  const chosen = only ? cases.filter(({ id }) => only.some((pattern) => matches(pattern, id))) : cases;
  register({ title: 'backend conformance', make, cases: chosen, skip, tolerances, ops });
}
