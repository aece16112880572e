// What an operator is given when its node is computed, and how rows of the table are written.
import type { Message } from '@nablajs/onnx-graph';
import { type DType, FormatError, type Tensor } from '@nablajs/tensor';
import type { ExternalData } from './external.ts';
import { knownNumbers } from './known.ts';
import { StoredTensor } from './stored-tensor.ts';
import { Value } from './value.ts';

/** Batches of another size than the file was made for. */
export interface Rebatch {
  readonly from: number;
  readonly to: number;
}

/** The attributes of a node, checked when they are read. */
export class Attributes {
  readonly #named: ReadonlyMap<string, Message<'AttributeProto'>>;
  readonly #external: ExternalData;
  readonly #tensors = new Map<string, StoredTensor>();

  constructor(list: readonly Message<'AttributeProto'>[], external: ExternalData) {
    this.#named = new Map(list.map((attribute) => [attribute.name ?? '', attribute]));
    this.#external = external;
  }

  has(name: string): boolean {
    return this.#named.has(name);
  }

  /** A whole number. */
  whole(name: string, otherwise: number): number {
    const attribute = this.#named.get(name);
    return attribute ? wholeNumber(attribute.i ?? 0n, name) : otherwise;
  }

  /** Whether a number is there and not 0. */
  flag(name: string, otherwise = false): boolean {
    return this.whole(name, Number(otherwise)) !== 0;
  }

  /** Whole numbers, or `undefined`. */
  list(name: string): number[] | undefined {
    return this.#named.get(name)?.ints.map((value) => wholeNumber(value, name));
  }

  real(name: string, otherwise: number): number {
    const attribute = this.#named.get(name);
    return attribute ? (attribute.f ?? 0) : otherwise;
  }

  reals(name: string): number[] | undefined {
    return this.#named.get(name)?.floats;
  }

  text(name: string, otherwise: string): string {
    const attribute = this.#named.get(name);
    return attribute ? new TextDecoder().decode(attribute.s ?? new Uint8Array()) : otherwise;
  }

  /** A tensor, checked at the first reading and decoded when its values are needed. */
  tensor(name: string): StoredTensor | undefined {
    const proto = this.#named.get(name)?.t;
    if (!proto) return undefined;
    let stored = this.#tensors.get(name);
    if (!stored) {
      stored = new StoredTensor(proto, this.#external);
      this.#tensors.set(name, stored);
    }
    return stored;
  }
}

function wholeNumber(value: bigint, name: string): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  // "To the end" is written as the largest number there is.
  if (value >= 2n ** 62n || value <= -(2n ** 62n)) return Math.sign(number) * 2 ** 52;
  throw new FormatError(`attribute ${name} is ${value}. Is the file damaged?`);
}

/** One node with its operands computed. */
export class Call {
  readonly attributes: Attributes;
  readonly opset: number;
  readonly training: boolean;
  /** Names of the results; `''` where nobody wants one. */
  readonly outputs: readonly string[];
  /** Set where the node's first operand depends on the input and batches are not of the size the file says. */
  readonly rebatch: Rebatch | null;
  readonly #inputs: readonly (Value | undefined)[];

  constructor(
    inputs: readonly (Value | undefined)[],
    facts: Pick<Call, 'attributes' | 'opset' | 'training' | 'outputs' | 'rebatch'>,
  ) {
    this.#inputs = inputs;
    this.attributes = facts.attributes;
    this.opset = facts.opset;
    this.training = facts.training;
    this.outputs = facts.outputs;
    this.rebatch = facts.rebatch;
  }

  /** The operands that are there. */
  get inputs(): readonly Value[] {
    return this.#inputs.filter((input) => input !== undefined);
  }

  /** Whether operand `i` was given. */
  has(i: number): boolean {
    return this.#inputs[i] !== undefined;
  }

  /** Operand `i`. Throws FormatError when it is missing. */
  value(i: number): Value {
    const value = this.#inputs[i];
    if (value) return value;
    throw new FormatError(`operand ${i} is missing. Is the file damaged?`);
  }

  /** Operand `i` with the axes of the file. */
  tensor(i: number): Tensor {
    return this.value(i).tensor;
  }

  /** Operand `i`, or `undefined`. */
  optional(i: number): Tensor | undefined {
    return this.#inputs[i]?.tensor;
  }

  /** Operand `i` as numbers that are known before the graph runs; `undefined` when it was not given. */
  known(i: number, what: string): number[] | undefined {
    const value = this.#inputs[i];
    return value && knownNumbers(value.tensor, what);
  }

  /** {@link known} for sizes, places and axes. Throws FormatError for fractions. */
  wholes(i: number, what: string): number[] | undefined {
    const value = this.#inputs[i];
    if (!value || isWhole(value.dtype)) return this.known(i, what);
    throw new FormatError(`${what} must be whole numbers, the file has ${value.dtype}.`);
  }

  /** {@link wholes} that older files give as an attribute and newer ones as operand `i`. */
  listed(name: string, i: number): number[] | undefined {
    return this.wholes(i, name) ?? this.attributes.list(name);
  }

  /** An axis as a number from 0. Throws FormatError where there is none. */
  axis(axis: number, rank: number): number {
    const at = axis < 0 ? axis + rank : axis;
    if (Number.isInteger(axis) && at >= 0 && at < rank) return at;
    throw new FormatError(`axis ${axis} does not exist in a tensor of rank ${rank}.`);
  }
}

/** A number of things that are made one by one. Throws FormatError for more than any honest file asks for. */
export function requireFew(count: number, most: number, what: string): void {
  if (Number.isInteger(count) && count >= 0 && count <= most) return;
  throw new FormatError(`${what}: ${count} is outside 0 to ${most}. Is the file damaged?`);
}

/** What an operator returns: its results in order; those that are not wanted may be missing. */
export type Results = Tensor | Value | readonly (Tensor | Value)[];

/** One row of the table. */
export interface Operator {
  readonly run: (call: Call) => Results;
  /** Operands that decide shapes: they must be known before the graph runs, so they are never trained. */
  readonly known: readonly number[];
}

/** Operators by name. */
export type OperatorTable = Readonly<Record<string, Operator>>;

/** A row of the table. */
export function operator(run: Operator['run'], ...known: number[]): Operator {
  return { run, known };
}

/** The results of a row, all as values. */
export function valuesOf(results: Results): readonly Value[] {
  const list = (Array.isArray(results) ? results : [results]) as readonly (Tensor | Value)[];
  return list.map((result) => (result instanceof Value ? result : Value.of(result)));
}

/** The dtype for numbers of a kind: what is not a float or bool is int32. */
export function isWhole(dtype: DType): boolean {
  return dtype === 'int32' || dtype === 'uint32';
}
