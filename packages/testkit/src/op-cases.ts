// From an op's samples to tests: values, gradients, decomposition, other dtypes, odd sizes, broadcasting.
import { gradients } from '@nablajs/autograd';
import {
  type AnyOp,
  type Attrs,
  attrsKey,
  create,
  type DType,
  formatSpec,
  isFloat,
  type Op,
  type Sample,
  sameShape,
  type Tensor,
} from '@nablajs/tensor';
import { gradientOf } from '@nablajs/tensor/gradients';
import { samplesOf } from '@nablajs/tensor/samples';
import { type Case, type CaseContext, NotApplicable } from './case.ts';
import { EXACT, expectClose, type Tolerance } from './close.ts';
import { compareWithDifferences, floatPositions, lossOf } from './differences.ts';
import { type Operand, type OperandPlan, operandOf, planOf, seedOf } from './operands.ts';
import { runOn, type TensorFunction, type Value, without } from './run.ts';

/** One call of an op. */
interface Call {
  readonly op: AnyOp;
  readonly label: string;
  readonly plans: readonly OperandPlan[];
  readonly attrs: Attrs;
  readonly tolerance: number | undefined;
  readonly gradient: boolean;
}

/** All tests of one op. */
export function opCases(op: AnyOp): Case[] {
  const { name, decompose } = op.definition;
  const calls = labelled(samplesOf(op).map((sample) => callOf(op, sample)));
  return [
    ...calls.map((call) => ({ id: `${name}/values/${call.label}`, run: compareValues(call) })),
    ...calls.flatMap((call) =>
      hasGradient(call)
        ? [
            { id: `${name}/gradient/${call.label}`, run: compareGradients(call) },
            { id: `${name}/differences/${call.label}`, run: compareDifferences(call) },
            { id: `${name}/second-derivative/${call.label}`, run: compareSecondDerivatives(call) },
          ]
        : [],
    ),
    ...(decompose
      ? calls.map((call) => ({ id: `${name}/decomposition/${call.label}`, run: compareDecomposition(call) }))
      : []),
    ...inDType(calls, 'float64').map((call) => ({ id: `${name}/float64/${call.label}`, run: compareFloat64(call) })),
    ...inDType(calls, 'float16').map((call) => ({ id: `${name}/float16/${call.label}`, run: compareFloat16(call) })),
    ...oddSizes(op, calls).map((call) => ({ id: `${name}/ragged/${call.label}`, run: compareValues(call) })),
    ...broadcasts(op, calls).map((call) => ({ id: `${name}/broadcast/${call.label}`, run: compareValues(call) })),
  ];
}

// ── calls ───────────────────────────────────────────────────────────────────

function callOf(op: AnyOp, { inputs, attrs, tolerance, gradient = true, note }: Sample<Attrs>): Call {
  const plans = inputs.map(planOf);
  const text = [plans.map(({ spec }) => formatSpec(spec)).join(' '), note ? `(${note})` : attrsKey(attrs)];
  return { op, label: text.filter(Boolean).join(' '), plans, attrs, tolerance, gradient };
}

/** Calls with labels that differ. */
function labelled(calls: readonly Call[]): Call[] {
  const seen = new Map<string, number>();
  return calls.map((call) => {
    const count = (seen.get(call.label) ?? 0) + 1;
    seen.set(call.label, count);
    return count === 1 ? call : { ...call, label: `${call.label} #${count}` };
  });
}

function operandsOf({ op, label, plans }: Call): Operand[] {
  const seed = seedOf(`${op.definition.name} ${label}`);
  return plans.map((plan, i) => operandOf(plan, seed, i));
}

function apply({ op, attrs }: Call, inputs: readonly Tensor[]): Tensor {
  const callable = op as Op<Attrs>;
  return inputs.length === 0 ? create(callable, attrs) : callable(inputs, attrs);
}

function outputOf({ op, plans, attrs }: Call): { shape: readonly number[]; dtype: DType } {
  return op.definition.infer(
    plans.map(({ spec }) => spec),
    attrs,
  );
}

function hasGradient(call: Call): boolean {
  const floats = call.plans.some(({ spec }) => isFloat(spec.dtype));
  return (
    call.gradient &&
    floats &&
    isFloat(outputOf(call).dtype) &&
    (gradientOf(call.op) ?? call.op.definition.decompose) !== undefined
  );
}

/** Calls on float32 operands, said again in another float. */
function inDType(calls: readonly Call[], dtype: DType): Call[] {
  return calls
    .filter(({ plans }) => plans.some(({ spec }) => spec.dtype === 'float32'))
    .map((call) => ({ ...call, plans: call.plans.map((plan) => withSpec(plan, { dtype })) }));
}

function withSpec(plan: OperandPlan, change: { dtype?: DType; shape?: readonly number[] }): OperandPlan {
  const dtype = change.dtype !== undefined && isFloat(plan.spec.dtype) ? change.dtype : plan.spec.dtype;
  return { ...plan, spec: { shape: change.shape ?? plan.spec.shape, dtype } };
}

/** Elementwise calls whose operands may take any shape: those that draw their values. */
function anyShape(op: AnyOp, calls: readonly Call[]): Call[] {
  if (op.definition.elementwise !== true) return [];
  const seen = new Set<string>();
  return calls.filter(({ plans }) => {
    const kinds = plans.map(({ spec, range }) => `${spec.dtype} ${range}`).join(' ');
    const fresh = !seen.has(kinds) && plans.length > 0 && plans.every(({ values }) => values === undefined);
    if (fresh) seen.add(kinds);
    return fresh;
  });
}

const SIZES: readonly number[] = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 17, 31, 33, 63, 65, 257, 1031];

/** Sizes around the widths of vectors and tiles. */
function oddSizes(op: AnyOp, calls: readonly Call[]): Call[] {
  return labelled(
    anyShape(op, calls)
      .slice(0, 2)
      .flatMap((call) =>
        SIZES.map((size) => {
          const plans = call.plans.map((plan) => withSpec(plan, { shape: [size] }));
          return { ...call, plans, label: plans.map(({ spec }) => formatSpec(spec)).join(' ') };
        }),
      ),
  );
}

const SHAPES: readonly (readonly (readonly number[])[])[] = [
  [[3, 5], []],
  [[], [3, 5]],
  [[3, 5], [5]],
  [[5], [3, 5]],
  [
    [3, 1],
    [3, 5],
  ],
  [
    [3, 1],
    [1, 5],
  ],
  [
    [2, 1, 4],
    [3, 1],
  ],
  [
    [2, 3, 1],
    [2, 1, 9],
  ],
  [
    [1, 1],
    [17, 33],
  ],
  [[64, 33], [33]],
  [
    [4, 1, 3, 1],
    [5, 1, 6],
  ],
  [
    [0, 1],
    [1, 3],
  ],
  [[0], []],
];

/** Operands stretched against each other. */
function broadcasts(op: AnyOp, calls: readonly Call[]): Call[] {
  const [call] = anyShape(op, calls).filter(({ plans }) => plans.length > 1);
  if (!call) return [];
  return SHAPES.map((shapes) => {
    const plans = call.plans.map((plan, i) => withSpec(plan, { shape: shapes[i % shapes.length]! }));
    return { ...call, plans, label: plans.map(({ spec }) => formatSpec(spec)).join(' ') };
  });
}

// ── what is compared ────────────────────────────────────────────────────────

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

function compareValues(call: Call): Case['run'] {
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

function compareGradients(call: Call): Case['run'] {
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

function compareDifferences(call: Call): Case['run'] {
  return async (context) => {
    requireFloat64(context);
    const loss = lossOf((inputs) => apply(call, inputs));
    await compareWithDifferences(call.op.definition.name, context.backend, loss, operandsOf(call));
  };
}

/** The gradient is itself differentiable: its weighted sum against differences. */
function compareSecondDerivatives(call: Call): Case['run'] {
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

function compareDecomposition(call: Call): Case['run'] {
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

function compareFloat64(call: Call): Case['run'] {
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
function compareFloat16(call: Call): Case['run'] {
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
