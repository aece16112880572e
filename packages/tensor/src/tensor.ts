/// <reference lib="esnext.disposable" preserve="true" />
import type { Backend } from './backend/contract.ts';
import { debugState } from './debug.ts';
import { ConfigError } from './errors.ts';
import { hostLeaf, type Node } from './graph/node.ts';
import { nestedFrom } from './nested.ts';
import { scalarLike } from './ops/constant.ts';
import * as binary from './ops/elementwise/binary.ts';
import { asType, floats, pair } from './ops/elementwise/coerce.ts';
import * as compare from './ops/elementwise/compare.ts';
import * as unary from './ops/elementwise/unary.ts';
import { matmul } from './ops/matmul.ts';
import * as reduce from './ops/reduce.ts';
import { reduceBy } from './ops/reduce-by.ts';
import * as shape from './ops/shape/index.ts';
import { logSoftmax, softmax } from './ops/softmax.ts';
import { evaluateSoon } from './runtime/evaluate.ts';
import { compute, read, release, transfer } from './runtime/read.ts';
import { type DType, formatSpec, type HostArray, type Shape, type Spec } from './spec.ts';
import { isTensor, TENSOR } from './tree.ts';

/** What the arithmetic functions take beside a tensor: a number adopts the tensor's dtype where it fits. */
export type Operand = Tensor | number;

/** One axis, several, or (`undefined`) all of them; negative counts from the end. */
export type Axes = number | readonly number[];

/** Options of the reductions. */
export interface ReduceOptions {
  /** Keep reduced axes with size 1. Default `false`. */
  readonly keepDims?: boolean;
}

/** Chains of ops this long are computed in the background, so that loops that never read a value stay bounded. */
const DEEP = 10_000;

const wrap = (node: Node): Tensor => new Tensor(node);

/**
 * An immutable value, computed when somebody asks for it.
 *
 * Calling an op checks shapes and dtypes at once and records a node; `data()`, `array()` and `item()` compute. There is
 * nothing to dispose in ordinary code: values nobody reads never exist, the rest follow reachability.
 */
export class Tensor {
  /** The graph node this tensor stands for. */
  readonly node: Node;

  /** Wraps a node; use `tensor`, `zeros`, `fromData`, ... to make tensors. */
  constructor(node: Node) {
    this.node = node;
  }

  /** True for tensors of any copy of this package, so that duplicate installs do not break `instanceof`. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return isTensor(value);
  }

  /** What a tensor is known by, where classes differ. */
  get [Symbol.toStringTag](): typeof TENSOR {
    return TENSOR;
  }

  get spec(): Spec {
    return this.node.spec;
  }

  get shape(): Shape {
    return this.node.spec.shape;
  }

  get dtype(): DType {
    return this.node.spec.dtype;
  }

  get rank(): number {
    return this.node.spec.shape.length;
  }

  get size(): number {
    return this.node.spec.shape.reduce((product, axis) => product * axis, 1);
  }

  /** A tensor for another node; how ops make their results. */
  derive(node: Node): Tensor {
    const result = new Tensor(node);
    if (node.trace === null && node.op !== null && (debugState.eager || (node.depth > 0 && node.depth % DEEP === 0))) {
      evaluateSoon(result, wrap);
    }
    return result;
  }

  // ── values ────────────────────────────────────────────────────────────────

  /** Computes if needed and returns a copy of the values, row-major, in the dtype's typed array; float16 in a Float32Array. */
  data(): Promise<HostArray> {
    return read(this.node, wrap);
  }

  /** The values as nested arrays (a plain number or boolean for a scalar). */
  array(): Promise<NestedArray> {
    return read(this.node, wrap).then((values) => nestedFrom(values, this.spec));
  }

  /**
   * The number of a one-element tensor.
   * @throws ConfigError for any other number of elements
   */
  item(): Promise<number> {
    if (this.size !== 1) {
      throw new ConfigError(
        `item(): needs one element, this tensor is ${formatSpec(this.spec)}. Use data() or array().`,
      );
    }
    return read(this.node, wrap).then((values) => values[0]!);
  }

  /** Computes the value now and keeps it; resolves to this tensor. */
  realize(): Promise<this> {
    return compute([this.node], wrap).then(() => this);
  }

  /** The same values on another backend. No gradient flows through the move. */
  to(backend: Backend): Promise<Tensor> {
    return transfer(this.node, backend, wrap).then((node) => this.derive(node));
  }

  /** A tensor with the same values and no history: gradients stop, earlier nodes can be collected. Copies through the host. */
  detach(): Promise<Tensor> {
    return read(this.node, wrap).then((values) => this.derive(hostLeaf(values, this.spec)));
  }

  /** Frees the computed value at once instead of when it becomes unreachable. Reading it afterwards is an error. */
  [Symbol.dispose](): void {
    release(this.node);
  }

  /** Tensors have no truth value or number: JavaScript would compare objects. Always throws, naming the alternative. */
  valueOf(): never {
    throw new ConfigError(
      `a tensor (${formatSpec(this.spec)}) was used as a number or condition. ` +
        'Use where(condition, a, b) inside computations, or `await x.item()` outside of them.',
    );
  }

  /** `Tensor(float32[2, 3], matmul)`: printing never computes. */
  toString(): string {
    return `Tensor(${formatSpec(this.spec)}${this.node.op ? `, ${this.node.op.definition.name}` : ''})`;
  }

  /** Any function of a tensor as a method, a plugin's op included: `x.pipe(ghostNorm, { groups: 4 })`. */
  pipe<A extends readonly unknown[], R>(f: (x: Tensor, ...args: A) => R, ...args: A): R {
    return f(this, ...args);
  }

  // ── arithmetic ────────────────────────────────────────────────────────────

  add(other: Operand): Tensor {
    return pair(binary.addOp, this, other);
  }
  sub(other: Operand): Tensor {
    return pair(binary.subOp, this, other);
  }
  mul(other: Operand): Tensor {
    return pair(binary.mulOp, this, other);
  }
  div(other: Operand): Tensor {
    return floats(binary.divOp, this, other);
  }
  pow(other: Operand): Tensor {
    return floats(binary.powOp, this, other);
  }
  floorDiv(other: Operand): Tensor {
    return pair(binary.floorDivOp, this, other);
  }
  mod(other: Operand): Tensor {
    return pair(binary.modOp, this, other);
  }
  maximum(other: Operand): Tensor {
    return pair(binary.maximumOp, this, other);
  }
  minimum(other: Operand): Tensor {
    return pair(binary.minimumOp, this, other);
  }
  clip(min: number, max: number): Tensor {
    return binary.clip(this, min, max);
  }

  neg(): Tensor {
    return unary.negOp([this], {});
  }
  abs(): Tensor {
    return unary.absOp([this], {});
  }
  sign(): Tensor {
    return unary.signOp([this], {});
  }
  square(): Tensor {
    return this.mul(this);
  }
  sqrt(): Tensor {
    return unary.sqrtOp([this], {});
  }
  rsqrt(): Tensor {
    return this.sqrt().reciprocal();
  }
  reciprocal(): Tensor {
    return scalarLike(this, 1).div(this);
  }
  exp(): Tensor {
    return unary.expOp([this], {});
  }
  expm1(): Tensor {
    return unary.expm1Op([this], {});
  }
  log(): Tensor {
    return unary.logOp([this], {});
  }
  log1p(): Tensor {
    return unary.log1pOp([this], {});
  }
  sin(): Tensor {
    return unary.sinOp([this], {});
  }
  cos(): Tensor {
    return unary.cosOp([this], {});
  }
  tan(): Tensor {
    return this.sin().div(this.cos());
  }
  tanh(): Tensor {
    return unary.tanhOp([this], {});
  }
  sigmoid(): Tensor {
    return unary.sigmoidOp([this], {});
  }
  relu(): Tensor {
    return unary.reluOp([this], {});
  }
  erf(): Tensor {
    return unary.erfOp([this], {});
  }
  floor(): Tensor {
    return unary.floorOp([this], {});
  }
  ceil(): Tensor {
    return unary.ceilOp([this], {});
  }
  round(): Tensor {
    return unary.roundOp([this], {});
  }
  cast(dtype: DType): Tensor {
    return asType(this, dtype);
  }
  isNaN(): Tensor {
    return unary.isNaNOp([this], {});
  }

  // ── comparison and choice ─────────────────────────────────────────────────

  equal(other: Operand): Tensor {
    return pair(compare.equalOp, this, other);
  }
  notEqual(other: Operand): Tensor {
    return this.equal(other).logicalNot();
  }
  less(other: Operand): Tensor {
    return pair(compare.lessOp, this, other);
  }
  lessEqual(other: Operand): Tensor {
    return pair(compare.lessEqualOp, this, other);
  }
  greater(other: Operand): Tensor {
    return pair(compare.lessOp, other, this);
  }
  greaterEqual(other: Operand): Tensor {
    return pair(compare.lessEqualOp, other, this);
  }
  logicalAnd(other: Tensor): Tensor {
    return compare.logicalAndOp([this, other], {});
  }
  logicalOr(other: Tensor): Tensor {
    return compare.logicalOrOp([this, other], {});
  }
  logicalNot(): Tensor {
    return compare.logicalNotOp([this], {});
  }
  /** `this` (bool) chooses between `a` (true) and `b` (false), all broadcast. */
  where(a: Operand, b: Operand): Tensor {
    return compare.where(this, a, b);
  }

  // ── reductions ────────────────────────────────────────────────────────────

  sum(axes?: Axes, options?: ReduceOptions): Tensor {
    return reduceBy(reduce.sumOp, this, axes, options);
  }
  mean(axes?: Axes, options?: ReduceOptions): Tensor {
    return reduce.mean(this, axes, options);
  }
  prod(axes?: Axes, options?: ReduceOptions): Tensor {
    return reduceBy(reduce.prodOp, this, axes, options);
  }
  max(axes?: Axes, options?: ReduceOptions): Tensor {
    return reduceBy(reduce.maxOp, this, axes, options);
  }
  min(axes?: Axes, options?: ReduceOptions): Tensor {
    return reduceBy(reduce.minOp, this, axes, options);
  }
  any(axes?: Axes, options?: ReduceOptions): Tensor {
    // Of no elements the largest int32 is the smallest there is.
    return asType(this, 'bool').max(axes, options).greater(0);
  }
  all(axes?: Axes, options?: ReduceOptions): Tensor {
    return asType(this, 'bool').min(axes, options).cast('bool');
  }
  variance(axes?: Axes, options?: ReduceOptions): Tensor {
    return reduce.variance(this, axes, options);
  }
  std(axes?: Axes, options?: ReduceOptions): Tensor {
    return reduce.std(this, axes, options);
  }
  logSumExp(axes?: Axes, options?: ReduceOptions): Tensor {
    return reduce.logSumExp(this, axes, options);
  }
  argMax(axis?: number): Tensor {
    return reduce.argMax(this, axis);
  }
  argMin(axis?: number): Tensor {
    return reduce.argMin(this, axis);
  }
  softmax(axis?: number): Tensor {
    return softmax(this, axis);
  }
  logSoftmax(axis?: number): Tensor {
    return logSoftmax(this, axis);
  }

  // ── shape ─────────────────────────────────────────────────────────────────

  reshape(to: Shape): Tensor {
    return shape.reshape(this, to);
  }
  flatten(): Tensor {
    return shape.reshape(this, [-1]);
  }
  expandDims(axis: number): Tensor {
    return shape.expandDims(this, axis);
  }
  squeeze(axes?: Axes): Tensor {
    return shape.squeeze(this, axes);
  }
  transpose(permutation?: readonly number[]): Tensor {
    return shape.transpose(this, permutation);
  }
  broadcastTo(to: Shape): Tensor {
    return shape.broadcastTo(this, to);
  }
  slice(starts: readonly number[], sizes?: readonly number[], strides?: readonly number[]): Tensor {
    return shape.slice(this, starts, sizes, strides);
  }
  pad(padding: readonly (readonly [number, number])[], value?: number): Tensor {
    return shape.pad(this, padding, value);
  }
  flip(axes?: Axes): Tensor {
    return shape.flip(this, axes);
  }

  // ── linear algebra ────────────────────────────────────────────────────────

  matmul(other: Tensor): Tensor {
    return matmul(this, other);
  }
}

/** Numbers or booleans nested to any depth. */
export type NestedArray = number | boolean | readonly NestedArray[];

/** Computes several tensors in one graph. They become values; what they were made from can be collected. */
export function realize(...tensors: readonly Tensor[]): Promise<void> {
  return compute(
    tensors.map(({ node }) => node),
    wrap,
  );
}
