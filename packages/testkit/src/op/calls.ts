// The calls of an op that are tested: its samples, and what follows from them in other dtypes, odd sizes and broadcast shapes.
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
  type Tensor,
} from '@nablajs/tensor';
import { gradientOf } from '@nablajs/tensor/gradients';
import { type Operand, type OperandPlan, operandOf, planOf, seedOf } from '../operands.ts';

/** One call of an op. */
export interface Call {
  readonly op: AnyOp;
  readonly label: string;
  readonly plans: readonly OperandPlan[];
  readonly attrs: Attrs;
  readonly tolerance: number | undefined;
  readonly gradient: boolean;
}

/** A sample of an op as a call. */
export function callOf(op: AnyOp, { inputs, attrs, tolerance, gradient = true, note }: Sample<Attrs>): Call {
  const plans = inputs.map(planOf);
  const text = [plans.map(({ spec }) => formatSpec(spec)).join(' '), note ? `(${note})` : attrsKey(attrs)];
  return { op, label: text.filter(Boolean).join(' '), plans, attrs, tolerance, gradient };
}

/** Calls with labels that differ. */
export function labelled(calls: readonly Call[]): Call[] {
  const seen = new Map<string, number>();
  return calls.map((call) => {
    const count = (seen.get(call.label) ?? 0) + 1;
    seen.set(call.label, count);
    return count === 1 ? call : { ...call, label: `${call.label} #${count}` };
  });
}

/** The values of a call's operands: the same in every run. */
export function operandsOf({ op, label, plans }: Call): Operand[] {
  const seed = seedOf(`${op.definition.name} ${label}`);
  return plans.map((plan, i) => operandOf(plan, seed, i));
}

/** The op of a call, applied. */
export function apply({ op, attrs }: Call, inputs: readonly Tensor[]): Tensor {
  const callable = op as Op<Attrs>;
  return inputs.length === 0 ? create(callable, attrs) : callable(inputs, attrs);
}

function outputOf({ op, plans, attrs }: Call): { shape: readonly number[]; dtype: DType } {
  return op.definition.infer(
    plans.map(({ spec }) => spec),
    attrs,
  );
}

/** Whether a call has a gradient to compare. */
export function hasGradient(call: Call): boolean {
  const floats = call.plans.some(({ spec }) => isFloat(spec.dtype));
  return (
    call.gradient &&
    floats &&
    isFloat(outputOf(call).dtype) &&
    (gradientOf(call.op) ?? call.op.definition.decompose) !== undefined
  );
}

/** Calls on float32 operands, said again in another float. */
export function inDType(calls: readonly Call[], dtype: DType): Call[] {
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
export function oddSizes(op: AnyOp, calls: readonly Call[]): Call[] {
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
export function broadcasts(op: AnyOp, calls: readonly Call[]): Call[] {
  const [call] = anyShape(op, calls).filter(({ plans }) => plans.length > 1);
  if (!call) return [];
  return SHAPES.map((shapes) => {
    const plans = call.plans.map((plan, i) => withSpec(plan, { shape: shapes[i % shapes.length]! }));
    return { ...call, plans, label: plans.map(({ spec }) => formatSpec(spec)).join(' ') };
  });
}
