// What is asked of a call on the tested backend: the truth's values and gradients, and derivatives that finite differences confirm.
import { gradients } from '@nablajs/autograd';
import { formatSpec, isFloat, sameShape, type Tensor } from '@nablajs/tensor';
import { type Case, type CaseContext, NotApplicable } from '../case.ts';
import { EXACT, expectClose, type Tolerance } from '../close.ts';
import { compareWithDifferences, floatPositions, lossOf } from '../differences.ts';
import type { Operand } from '../operands.ts';
import { runOn, type TensorFunction, type Value, without } from '../run.ts';
import { apply, type Call, operandsOf } from './calls.ts';

const FLOAT32 = 1e-5;
const FLOAT64 = 1e-12;
const GRADIENT = 1e-4;
/** A few roundings to 11 bits, where a backend decomposes or widens differently from the truth. */
const FLOAT16 = 4e-3;

/** Sums of many terms are as exact as their terms; a function of one element as exact as its result. */
function floorOf({ op }: Call): number {
  return op.definition.elementwise ? 2e-3 : 0.1;
}

function toleranceFor(call: Call, value: Value, context: CaseContext, usual: number): Tolerance {
  if (!isFloat(value.spec.dtype)) return EXACT;
  return { relative: context.relative(call.tolerance ?? usual), floor: floorOf(call) };
}

/** Runs `f` on the tested backend and on the truth, and compares all results. */
async function compare(
  call: Call,
  context: CaseContext,
  f: TensorFunction,
  operands: readonly Operand[],
  tolerance: (value: Value) => Tolerance,
): Promise<void> {
  const actual = await runOn(context.backend, f, operands);
  const expected = await runOn(context.truth, (...inputs) => f(...inputs).map(widened), operands);
  const { name } = call.op.definition;
  actual.forEach((value, i) => {
    if (!sameShape(value.spec.shape, expected[i]!.spec.shape)) {
      throw new Error(`${name}: result ${i} is ${formatSpec(value.spec)}, expected ${formatSpec(expected[i]!.spec)}`);
    }
    expectClose(`${name}${actual.length > 1 ? ` [${i}]` : ''}`, value.data, expected[i]!.data, tolerance(value));
  });
}

/** The truth before it is rounded to float32. */
function widened(x: Tensor): Tensor {
  return isFloat(x.dtype) ? x.cast('float64') : x;
}

/** The values of the truth. */
export function compareValues(call: Call): Case['run'] {
  return (context) =>
    compare(
      call,
      context,
      (...inputs) => [apply(call, inputs)],
      operandsOf(call),
      (value) => toleranceFor(call, value, context, FLOAT32),
    );
}

function gradientsOf(call: Call, inputs: readonly Tensor[], positions: readonly number[]): Tensor[] {
  const loss = lossOf((operands) => apply(call, operands));
  return gradients(
    loss([...inputs]),
    positions.map((i) => inputs[i]!),
  );
}

/** The gradients of the truth. */
export function compareGradients(call: Call): Case['run'] {
  return (context) => {
    const operands = operandsOf(call);
    const positions = floatPositions(operands);
    return compare(
      call,
      context,
      (...inputs) => gradientsOf(call, inputs, positions),
      operands,
      () => ({ relative: context.relative(Math.max(GRADIENT, call.tolerance ?? 0)), floor: 0.1 }),
    );
  };
}

function requireFloat64({ backend }: CaseContext): void {
  if (!backend.capabilities.dtypes.has('float64')) throw new NotApplicable(`${backend.name} has no float64`);
}

/** Gradients against finite differences in float64. */
export function compareDifferences(call: Call): Case['run'] {
  return async (context) => {
    requireFloat64(context);
    const loss = lossOf((inputs) => apply(call, inputs));
    await compareWithDifferences(call.op.definition.name, context.backend, loss, operandsOf(call));
  };
}

/** The gradient is itself differentiable: its weighted sum against differences. */
export function compareSecondDerivatives(call: Call): Case['run'] {
  return async (context) => {
    requireFloat64(context);
    const operands = operandsOf(call);
    const positions = floatPositions(operands);
    const loss = (inputs: Tensor[]): Tensor =>
      gradientsOf(call, inputs, positions)
        .map((gradient) => lossOf(() => gradient.mul(gradient).add(gradient))([]))
        .reduce((sum, part) => sum.add(part));
    await compareWithDifferences(`the gradient of ${call.op.definition.name}`, context.backend, loss, operands);
  };
}

/** What the op means in smaller ones, where the backend has it as one. */
export function compareDecomposition(call: Call): Case['run'] {
  return async (context) => {
    const { backend } = context;
    const { name } = call.op.definition;
    if (!backend.capabilities.ops.has(name)) throw new NotApplicable(`${backend.name} decomposes ${name} as it is`);
    const view = without(backend, [name]);
    await compare(
      call,
      { ...context, backend: view },
      (...inputs) => [apply(call, inputs)],
      operandsOf(call),
      (value) => toleranceFor(call, value, context, FLOAT32),
    );
  };
}

/** The values of the truth in float64. */
export function compareFloat64(call: Call): Case['run'] {
  return async (context) => {
    requireFloat64(context);
    await compare(
      call,
      context,
      (...inputs) => [apply(call, inputs)],
      operandsOf(call),
      (value) =>
        value.spec.dtype === 'float64'
          ? { relative: FLOAT64, floor: 0.1 }
          : toleranceFor(call, value, context, FLOAT32),
    );
  };
}

/** Half precision against float64 on the same operands. What half precision cannot hold is infinite in it. */
export function compareFloat16(call: Call): Case['run'] {
  return async (context) => {
    if (!context.backend.capabilities.dtypes.has('float16'))
      throw new NotApplicable(`${context.backend.name} has no float16`);
    await compare(
      call,
      context,
      (...inputs) => [apply(call, inputs)],
      operandsOf(call),
      (value) => (isFloat(value.spec.dtype) ? { relative: context.relative(FLOAT16), floor: 0.1 } : EXACT),
    );
  };
}
