// Nodes and constants of an ONNX graph under construction. Equal ones are made once.
import { type Shape, sizeOf } from '@nablajs/tensor';
import { bytesOf, codeOf, type ElementArray, type ElementType, elementArray } from '../proto/element-type.ts';
import type { Draft } from '../proto/schema.ts';
import { takesHalf } from './half.ts';

/** A tensor of the ONNX graph: an input, a constant, or the result of a node. */
export interface Ref {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: Shape;
}

/** An attribute: whole numbers, text, or a number marked as float. */
export type AttributeValue = number | string | readonly number[] | { readonly float: number };

/** What runs the model; where two constructions compute the same, it decides which one is written. */
export interface Target {
  /** Default `'cpu'`. `'cuda'` restricts the model to operators that have CUDA kernels in ONNX Runtime. */
  readonly device: 'cpu' | 'cuda';
  /** Threads of the CPU. Default 1. */
  readonly threads: number;
  /**
   * Channels per block of ONNX Runtime's own operators for images in blocks of channels. Default 0: standard operators
   * only, and the model runs anywhere.
   */
  readonly block: number;
  /**
   * Elements of a tile: chains of elementwise ops on larger tensors are written tile by tile, and inputs and outputs that
   * only they need are parts, `input_3[0:65536]`. Default 0: everything is whole.
   */
  readonly tile: number;
  /**
   * Elements of the largest tensor of images: convolutions, pools and what lies between them take larger batches a few images
   * at a time. Default 0: batches stay whole.
   */
  readonly images: number;
}

interface Entry {
  readonly draft: Draft<'NodeProto'>;
  readonly results: readonly Ref[];
}

/** Collects an ONNX graph. */
export class GraphWriter {
  readonly target: Target;
  /** Prefix of the names of nodes: the instruction they come from, so that profiles can be read. */
  scope = '';
  readonly #inputs: Ref[] = [];
  readonly #nodes: Entry[] = [];
  readonly #constants: { readonly ref: Ref; readonly data: ElementArray }[] = [];
  readonly #known = new Map<string, readonly Ref[]>();

  constructor(target: Target) {
    this.target = target;
  }

  /** An input of the model; the same one when it was asked for before. */
  input(name: string, type: ElementType, shape: Shape): Ref {
    const known = this.#inputs.find((ref) => ref.name === name);
    if (known) return known;
    const ref = { name, type, shape };
    this.#inputs.push(ref);
    return ref;
  }

  /** A node with one result. An operator outside of the standard is named with its domain, `com.microsoft.Gelu`. */
  node(
    op: string,
    inputs: readonly (Ref | null)[],
    type: ElementType,
    shape: Shape,
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): Ref {
    return this.nodes(op, inputs, [{ type, shape }], attributes)[0]!;
  }

  /** A node with several results. */
  nodes(
    op: string,
    inputs: readonly (Ref | null)[],
    results: readonly { readonly type: ElementType; readonly shape: Shape }[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): readonly Ref[] {
    const halves = [...inputs, ...results].some((value) => value?.type === 'float16');
    if (halves && !takesHalf(op, this.target.device)) return this.#inFloat32(op, inputs, results, attributes);
    const operands = inputs.map((input) => input?.name ?? '');
    const key = JSON.stringify([op, operands, attributes, results]);
    const known = this.#known.get(key);
    if (known) return known;
    const at = this.#nodes.length;
    const refs = results.map((result, i) => ({ ...result, name: `t${at}${i === 0 ? '' : `_${i}`}` }));
    this.#nodes.push({
      results: refs,
      draft: {
        name: `${this.scope}/${op.slice(op.lastIndexOf('.') + 1)}_${at}`,
        opType: op.slice(op.lastIndexOf('.') + 1),
        ...(op.includes('.') ? { domain: op.slice(0, op.lastIndexOf('.')) } : {}),
        input: operands,
        output: refs.map(({ name }) => name),
        attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
      },
    });
    this.#known.set(key, refs);
    return refs;
  }

  #inFloat32(
    op: string,
    inputs: readonly (Ref | null)[],
    results: readonly { readonly type: ElementType; readonly shape: Shape }[],
    attributes: Readonly<Record<string, AttributeValue>>,
  ): readonly Ref[] {
    const cast = (x: Ref, type: ElementType): Ref => this.node('Cast', [x], type, x.shape, { to: codeOf(type) });
    const wide = inputs.map((input) => (input?.type === 'float16' ? cast(input, 'float32') : input));
    const found = this.nodes(
      op,
      wide,
      results.map(({ type, shape }) => ({ type: type === 'float16' ? 'float32' : type, shape })),
      attributes,
    );
    return found.map((ref, i) => (results[i]!.type === 'float16' ? cast(ref, 'float16') : ref));
  }

  /** A constant from host data. */
  constant(type: ElementType, shape: Shape, data: ElementArray): Ref {
    const small = data.length <= 64;
    const key = small ? `constant ${type} [${shape.join()}] ${Array.from<unknown>(data).map(written).join()}` : '';
    const known = small ? this.#known.get(key) : undefined;
    if (known) return known[0]!;
    const ref = { name: `c${this.#constants.length}`, type, shape };
    this.#constants.push({ ref, data });
    if (small) this.#known.set(key, [ref]);
    return ref;
  }

  /** A constant of rank 0. */
  scalar(type: ElementType, value: number | bigint): Ref {
    return this.constant(type, [], elementArray(type, [value]));
  }

  /** Whether a tensor is the constant 0 of rank 0, by whatever bits. */
  isZero(ref: Ref): boolean {
    const constant = ref.shape.length === 0 ? this.#constants.find((known) => known.ref.name === ref.name) : undefined;
    return constant !== undefined && Number(constant.data[0]) === 0;
  }

  /** A list of whole numbers as int64, as shapes and axes are given. */
  integers(values: readonly number[]): Ref {
    return this.constant('int64', [values.length], elementArray('int64', values));
  }

  /** The finished graph of what the results need; `results[i]` is computed under the name `names[i]`. */
  finish(name: string, results: readonly Ref[], names: readonly string[]): Draft<'GraphProto'> {
    const renamed = new Map<string, string>();
    const needed = new Set(results.map((ref) => ref.name));
    const nodes = [...this.#nodes]
      .reverse()
      .filter(({ draft, results: refs }) => {
        if (!refs.some((ref) => needed.has(ref.name))) return false;
        for (const operand of draft.input!) needed.add(operand);
        return true;
      })
      .reverse();
    const produced = new Set(nodes.flatMap(({ results: refs }) => refs.map((ref) => ref.name)));
    const copies = results.flatMap((ref, i): Draft<'NodeProto'>[] => {
      const given = names[i]!;
      if (produced.has(ref.name) && !renamed.has(ref.name)) {
        renamed.set(ref.name, given);
        return [];
      }
      return [
        { name: `${given}/Identity`, opType: 'Identity', input: [renamed.get(ref.name) ?? ref.name], output: [given] },
      ];
    });
    const rename = (list: readonly string[]): string[] => list.map((old) => renamed.get(old) ?? old);
    return {
      name,
      node: [
        ...nodes.map(({ draft }) => ({ ...draft, input: rename(draft.input!), output: rename(draft.output!) })),
        ...copies,
      ],
      initializer: this.#constants.map(({ ref, data }) => ({
        name: ref.name,
        dims: ref.shape.map(BigInt),
        dataType: codeOf(ref.type),
        rawData: bytesOf(ref.type, data),
      })),
      // In tiles some inputs are needed in parts only.
      input: this.#inputs
        .filter((ref) => this.target.tile === 0 || needed.has(ref.name))
        .map((ref) => valueInfo(ref.name, ref)),
      output: results.map((ref, i) => valueInfo(names[i]!, ref)),
      valueInfo: nodes.flatMap(({ results: refs }) =>
        refs.filter((ref) => !renamed.has(ref.name)).map((ref) => valueInfo(ref.name, ref)),
      ),
    };
  }

  /** How many nodes there are of each operator. */
  census(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { draft } of this.#nodes) counts.set(draft.opType!, (counts.get(draft.opType!) ?? 0) + 1);
    return counts;
  }
}

/** True when a tensor holds exactly one number however it is broadcast. */
export function isScalar(ref: Ref): boolean {
  return sizeOf(ref.shape) === 1;
}

function written(value: unknown): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function valueInfo(name: string, { type, shape }: Ref): Draft<'ValueInfoProto'> {
  return {
    name,
    type: {
      tensorType: { elemType: codeOf(type), shape: { dim: shape.map((size) => ({ dimValue: BigInt(size) })) } },
    },
  };
}

// AttributeProto.AttributeType
const FLOAT = 1;
const INT = 2;
const STRING = 3;
const INTS = 7;

function attribute(name: string, value: AttributeValue): Draft<'AttributeProto'> {
  if (typeof value === 'number') return { name, i: BigInt(value), type: INT };
  if (typeof value === 'string') return { name, s: new TextEncoder().encode(value), type: STRING };
  if ('float' in value) return { name, f: value.float, type: FLOAT };
  return { name, ints: value.map(BigInt), type: INTS };
}
