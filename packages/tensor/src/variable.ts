import { asTensor, tensor } from './creation.ts';
import { DTypeError, ShapeError, TraceError } from './errors.ts';
import { type Node, placeholderLeaf, storedLeaf } from './graph/node.ts';
import { applyOp, defineOp, type Op } from './op.ts';
import { evaluateSoon } from './runtime/evaluate.ts';
import { enqueue } from './runtime/queue.ts';
import { type DType, formatSpec, type HostArray, type Shape, type Spec, sameShape } from './spec.ts';
import type { NestedArray } from './tensor.ts';
import { Tensor } from './tensor.ts';
import { currentTrace, type Trace, withTrace } from './trace.ts';

/** Options of {@link variable}. */
export interface VariableOptions {
  /** For messages, saved files and `explain()`. Default `variable`. */
  readonly name?: string;
  /** Whether optimizers update it. Default `true`. */
  readonly trainable?: boolean;
  /** What optimizers do to each new value before they assign it. Default: nothing. */
  readonly constraint?: ((value: Tensor) => Tensor) | null;
}

/** What every copy of this package names its variables. */
const VARIABLE = 'nabla.Variable';

/**
 * The one mutable thing: parameters, optimizer slots, running statistics. Holds a tensor of fixed shape and dtype.
 *
 * Inside a compiled function, reading `value` records an input and `assign` an output; the backend updates in place.
 */
export class Variable {
  name: string;
  trainable: boolean;
  /** What optimizers do to each new value before they assign it, such as cutting off what is negative. */
  readonly constraint: ((value: Tensor) => Tensor) | null;
  readonly spec: Spec;
  #node: Node;

  constructor(
    start: Tensor | (() => Tensor),
    { name = 'variable', trainable = true, constraint = null }: VariableOptions = {},
  ) {
    const init = typeof start === 'function' ? withTrace(null, start) : start;
    if (init.node.trace !== null) {
      throw new TraceError(
        `variable '${name}': its initial value was computed inside the compiled function '${init.node.trace.name}'. ` +
          'Make variables before calling the compiled function, or pass a function: variable(() => zeros([3])).',
      );
    }
    this.name = name;
    this.trainable = trainable;
    this.constraint = constraint;
    this.spec = init.spec;
    // Outside of the recording, when a layer makes its weights at its first call.
    this.#node = withTrace(null, () => given(init.node));
  }

  /** True for variables of any copy of this package. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return (value as Variable | null | undefined)?.[Symbol.toStringTag] === VARIABLE;
  }

  /** What a variable is known by, where classes differ. */
  get [Symbol.toStringTag](): typeof VARIABLE {
    return VARIABLE;
  }

  get shape(): Shape {
    return this.spec.shape;
  }

  get dtype(): DType {
    return this.spec.dtype;
  }

  get size(): number {
    return this.spec.shape.reduce((product, axis) => product * axis, 1);
  }

  /** What it holds now, as a tensor that keeps this value even when the variable moves on. */
  get value(): Tensor {
    const trace = currentTrace();
    if (trace) return new Tensor(this.#traced(trace));
    this.#node.share();
    return new Tensor(this.#node);
  }

  /**
   * Replaces the value; numbers take the variable's dtype. No gradient flows back through an assignment.
   * @throws ShapeError or DTypeError unless the spec stays the same
   */
  assign(value: Tensor | number | NestedArray): void {
    const next = value instanceof Tensor ? value : tensor(value, this.spec.dtype);
    if (!sameShape(next.shape, this.spec.shape)) {
      throw new ShapeError(
        `variable '${this.name}' holds ${formatSpec(this.spec)}, got ${formatSpec(next.spec)}. Its shape is fixed; make a new variable for another.`,
      );
    }
    if (next.dtype !== this.spec.dtype) {
      throw new DTypeError(
        `variable '${this.name}' holds ${formatSpec(this.spec)}, got ${next.dtype}. Use cast('${this.spec.dtype}').`,
      );
    }
    const trace = currentTrace();
    if (next.node.trace !== null && next.node.trace !== trace) {
      throw new TraceError(
        `variable '${this.name}': the value was made inside the compiled function '${next.node.trace.name}' and does not exist ` +
          'outside of it. Assign it there, or return it and assign the result.',
      );
    }
    const node = given(next.node);
    if (trace) {
      this.#traced(trace);
      trace.writes.set(this, node);
      return;
    }
    retire(this.#node);
    this.#node = node;
    if (!node.isLeaf) evaluateSoon(this, wrap);
  }

  /** The node outside of traces; the runtime's view. */
  get node(): Node {
    return this.#node;
  }

  /** A compiled run left a new value. The runtime's own way to assign. */
  settle(node: Node): void {
    this.#node = node;
  }

  #traced(trace: Trace): Node {
    let node = trace.reads.get(this);
    if (!node) {
      node = placeholderLeaf(this.name, this.spec);
      trace.reads.set(this, node);
    }
    return trace.writes.get(this) ?? node;
  }
}

const wrap = (node: Node): Tensor => new Tensor(node);

/** Frees a value that only its variable held, once the runs that may be using it are over. */
function retire({ shared, source }: Node): void {
  if (shared || source?.kind !== 'stored' || source.storage.shared) return;
  const { storage } = source;
  void enqueue(async () => storage.dispose());
}

// The value itself. Gradients end here, as at the variables of every framework, and the variable has a node of its own,
// which compiled steps may overwrite when nobody read it.
const givenOp: Op<Record<never, never>> = defineOp<Record<never, never>>({
  name: 'given',
  infer: ([x]) => x!,
  vjp: () => [null],
  decompose: ([x]) => x!,
  simplify: ([x]) => x!,
  alias: 0,
});

/** A node with the same value and no history. */
function given(node: Node): Node {
  if (node.source?.kind === 'host') return node;
  if (node.source?.kind === 'stored') {
    node.share();
    return storedLeaf(node.source.storage, node.spec);
  }
  const own = applyOp(givenOp, [node], {});
  own.given = true;
  return own;
}

/**
 * A variable holding `init`: a tensor, (nested) numbers, or a function that makes the tensor (allowed inside compiled
 * functions too, where it runs outside the recording).
 */
export function variable(init: Tensor | NestedArray | HostArray | (() => Tensor), options?: VariableOptions): Variable {
  return new Variable(typeof init === 'function' ? init : asTensor(init), options);
}
