// One op = one object: everything the library knows about it, in one place.
import { NablaError, TraceError } from './errors.ts';
import type { Attrs } from './graph/graph.ts';
import { Node } from './graph/node.ts';
import { requireSpec } from './ops/infer.ts';
import { scopePath } from './scope.ts';
import { captureSite, siteText } from './site.ts';
import type { DType, HostArray, Shape, Spec } from './spec.ts';
import type { Tensor } from './tensor.ts';
import { currentTrace } from './trace.ts';

/** What an op's gradient rule is given. */
export interface VjpCall<A extends Attrs> {
  /** Gradient of the result; same spec as the result. */
  readonly dy: Tensor;
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
  readonly attrs: A;
}

/** What an op's reference implementation is given. Float values arrive and are returned as Float64Array. */
export interface ReferenceCall<A extends Attrs> {
  readonly inputs: readonly HostArray[];
  readonly specs: readonly Spec[];
  readonly attrs: A;
  /** The result's spec. */
  readonly spec: Spec;
}

/** An operand the testkit makes: a float32 shape, or shape, dtype and range, or the values themselves. */
export type SampleInput =
  | Shape
  | {
      readonly shape: Shape;
      readonly dtype?: DType;
      /** Values are drawn between these bounds; integers for int32. Default [-2, 2] for floats, [0, 4] for int32. */
      readonly range?: readonly [number, number];
      readonly values?: readonly number[];
    };

/** One call from which the testkit makes tests for every backend. */
export interface Sample<A extends Attrs> {
  readonly inputs: readonly SampleInput[];
  readonly attrs: A;
  /** Relative tolerance of float32 results against the float64 reference, when 1e-5 is not the right one. */
  readonly tolerance?: number;
  /** `false` where finite differences mean nothing: kinks, ties, piecewise constant functions. Default: when `vjp` exists. */
  readonly gradient?: boolean;
  /** Why this sample is here, when its shapes do not say it. */
  readonly note?: string;
}

/** Everything the library knows about an op. An op without `decompose` is a primitive. */
export interface OpDefinition<A extends Attrs> {
  /** Unique; `package/op` for plugins. */
  readonly name: string;
  /** Shape and dtype rule. Throws ShapeError or DTypeError, which reach the user at the line of the call. */
  readonly infer: (inputs: readonly Spec[], attrs: A) => Spec;
  /** Gradient of each input, written with ops; `null` where none flows. A composite without it is differentiated through `decompose`. */
  readonly vjp?: (call: VjpCall<A>) => readonly (Tensor | null)[];
  /** The meaning in smaller ops. */
  readonly decompose?: (inputs: readonly Tensor[], attrs: A) => Tensor;
  /** What a primitive gives: the slow, obvious truth in plain TypeScript, float64 inside. `referenceOf` finds it for every op. */
  readonly reference?: (call: ReferenceCall<A>) => HostArray;
  /** An equal, cheaper value, or `null`: this op's own share of the algebraic clean-up. */
  readonly simplify?: (inputs: readonly Tensor[], attrs: A) => Tensor | null;
  /** The value *is* this operand: an op that only steers gradients or order, and vanishes when instructions are listed. */
  readonly alias?: number;
  /** Applies to each element by itself (operands broadcast): such chains can be fused and constants folded through them. */
  readonly elementwise?: boolean;
  /** Sums of products that may be taken of float16 operands where a computation asks for mixed precision. */
  readonly halfPrecision?: boolean;
  /** FLOPs of one call, a multiply-add counted as two. Default: one per element of the result when elementwise, else 0. */
  readonly flops?: (inputs: readonly Spec[], attrs: A, output: Spec) => number;
  /** Calls from which the testkit makes tests. */
  readonly samples?: readonly Sample<A>[];
}

/** A callable op: `op([x, y], { axis: 1 })` checks the call and adds a node. */
export interface Op<A extends Attrs> {
  (inputs: readonly Tensor[], attrs: A): Tensor;
  readonly definition: OpDefinition<A>;
}

// A method makes the parameter bivariant, so that ops with different attrs share one type.
/** Any op, whatever its attrs. */
export interface AnyOp {
  readonly definition: AnyOpDefinition;
}

/** An op's definition with its attrs forgotten. */
export interface AnyOpDefinition {
  readonly name: string;
  infer(inputs: readonly Spec[], attrs: Attrs): Spec;
  vjp?(call: VjpCall<Attrs>): readonly (Tensor | null)[];
  decompose?(inputs: readonly Tensor[], attrs: Attrs): Tensor;
  reference?(call: ReferenceCall<Attrs>): HostArray;
  simplify?(inputs: readonly Tensor[], attrs: Attrs): Tensor | null;
  readonly alias?: number;
  readonly elementwise?: boolean;
  readonly halfPrecision?: boolean;
  flops?(inputs: readonly Spec[], attrs: Attrs, output: Spec): number;
  readonly samples?: readonly Sample<Attrs>[];
}

/**
 * Makes an op from its definition.
 * @example
 * const softsignOp = defineOp({
 *   name: 'softsign',
 *   infer: ([x]) => x!,
 *   decompose: ([x]) => x!.div(x!.abs().add(1)),
 *   samples: [{ inputs: [[3, 5]], attrs: {} }],
 * });
 */
/* @__NO_SIDE_EFFECTS__ */
export function defineOp<A extends Attrs = Attrs>(definition: OpDefinition<A>): Op<A> {
  const op = (inputs: readonly Tensor[], attrs: A): Tensor => {
    const first = inputs[0];
    if (first === undefined)
      throw new NablaError(`${definition.name}: called without operands; use its function instead.`);
    return first.derive(
      applyOp(
        op,
        inputs.map((input) => input.node),
        attrs,
      ),
    );
  };
  op.definition = definition;
  return op;
}

/** Checks a call and makes its node. Errors from `infer` leave with op, layer path and the user's line. */
export function applyOp<A extends Attrs>(op: Op<A>, inputs: readonly Node[], attrs: A): Node {
  const leaked = inputs.find((input) => input.trace !== null && input.trace !== currentTrace());
  if (leaked) throw leakedError(op.definition.name, leaked);
  return new Node(
    op as AnyOp,
    inputs,
    attrs,
    inferSpec(
      op.definition,
      inputs.map((input) => input.spec),
      attrs,
    ),
    null,
  );
}

function leakedError(op: string, leaked: Node): TraceError {
  return new TraceError(
    `${op}: one operand was made inside the compiled function '${leaked.trace!.name}'${leaked.site ? ` (${leaked.site})` : ''} ` +
      'and has no value outside of it. Return it from that function, or assign it to a variable there.',
    { op, site: siteText(captureSite()) },
  );
}

function inferSpec<A extends Attrs>(definition: OpDefinition<A>, specs: readonly Spec[], attrs: A): Spec {
  try {
    const spec = definition.infer(specs, attrs);
    requireSpec(definition.name, spec);
    return spec;
  } catch (error) {
    if (!(error instanceof NablaError) || error.site !== undefined) throw error;
    const Kind = error.constructor as new (detail: string, place: object) => NablaError;
    throw new Kind(error.detail, {
      op: definition.name,
      path: error.path ?? (scopePath() || undefined),
      site: siteText(captureSite()),
      cause: error.cause,
    });
  }
}
