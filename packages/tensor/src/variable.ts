import { asTensor } from './creation.ts';
import { DTypeError, ShapeError, TraceError } from './errors.ts';
import { type Node, placeholderLeaf } from './graph/node.ts';
import { evaluateSoon } from './runtime/evaluate.ts';
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
}

const BRAND = Symbol.for('nabla.variable');

/**
 * The one mutable thing: parameters, optimizer slots, running statistics. Holds a tensor of fixed shape and dtype.
 *
 * Inside a compiled function, reading `value` records an input and `assign` an output; the backend updates in place.
 */
export class Variable {
  static {
    Object.defineProperty(this.prototype, BRAND, { value: true });
  }

  name: string;
  trainable: boolean;
  readonly spec: Spec;
  #node: Node;

  constructor(init: Tensor, { name = 'variable', trainable = true }: VariableOptions = {}) {
    if (init.node.trace !== null) {
      throw new TraceError(
        `variable '${name}': its initial value was computed inside the compiled function '${init.node.trace.name}'. ` +
          'Make variables before calling the compiled function, or pass a function: variable(() => zeros([3])).',
      );
    }
    this.name = name;
    this.trainable = trainable;
    this.spec = init.spec;
    this.#node = init.node;
    shareNode(init.node);
  }

  /** True for variables of any copy of this package. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && BRAND in value;
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
    shareNode(this.#node);
    return new Tensor(this.#node);
  }

  /** Replaces the value. Throws ShapeError or DTypeError unless the spec stays the same. */
  assign(value: Tensor | number | NestedArray): void {
    const next = asTensor(value);
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
    if (trace) {
      this.#traced(trace);
      trace.writes.set(this, next.node);
      return;
    }
    shareNode(next.node);
    this.#node = next.node;
    if (!next.node.isLeaf) evaluateSoon(this, wrap);
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

// Whoever holds a tensor of the same node must not see a compiled step overwrite it.
function shareNode(node: Node): void {
  if (node.source?.kind === 'stored') node.source.storage.shared = true;
  node.shared = true;
}

/**
 * A variable holding `init`: a tensor, (nested) numbers, or a function that makes the tensor (allowed inside compiled
 * functions too, where it runs outside the recording).
 */
export function variable(init: Tensor | NestedArray | HostArray | (() => Tensor), options?: VariableOptions): Variable {
  const value = typeof init === 'function' ? withTrace(null, init) : asTensor(init as Tensor | NestedArray | HostArray);
  return new Variable(value, options);
}
