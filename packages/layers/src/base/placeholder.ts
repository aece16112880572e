// Values of a model that is being described: no numbers, only a spec and the layer calls that lead to it.
import type { DType, Shape, Spec } from '@nablajs/tensor';
import type { AnyLayer } from './layer.ts';
import { choice, count, type Field, optional, readOptions, text, wholeList } from './options.ts';
import { listOf } from './value.ts';

/** One application of a layer to placeholders. A layer that is shared has several. */
export interface LayerCall {
  readonly layer: AnyLayer;
  /** What it is applied to, in order. */
  readonly inputs: readonly Placeholder[];
  /** Whether the layer takes a list, also of one. */
  readonly takesList: boolean;
  /** What came out, in order. */
  readonly outputs: readonly Placeholder[];
  /** Whether the layer returns a list, also of one. */
  readonly returnsList: boolean;
}

/** What a layer gives when it is applied to placeholders: `new Dense(3).apply(Input({ shape: [4] }))`. */
export class Placeholder {
  /** Shape and dtype. The first axis stands for the batch, whatever its size will be, and is 1 here unless it was given. */
  readonly spec: Spec;
  /** What makes it; `null` for a model's input. */
  readonly call: LayerCall | null;

  constructor(spec: Spec, call: LayerCall | null) {
    this.spec = spec;
    this.call = call;
  }

  /** The layer that makes it; `null` for a model's input. */
  get layer(): AnyLayer | null {
    return this.call?.layer ?? null;
  }

  /** What the layer is applied to. */
  get inputs(): readonly Placeholder[] {
    return this.call?.inputs ?? [];
  }
}

/** True for a placeholder, or a list of some. */
export function arePlaceholders(x: unknown): x is Placeholder | readonly Placeholder[] {
  if (Array.isArray(x)) return x.length > 0 && x.every((item) => item instanceof Placeholder);
  return x instanceof Placeholder;
}

/** What `layer` gives for placeholders: placeholders of these specs, which know the call that they come from. */
export function placeholdersOf(
  layer: AnyLayer,
  inputs: Placeholder | readonly Placeholder[],
  specs: Spec | readonly Spec[],
): Placeholder | readonly Placeholder[] {
  const outputs: Placeholder[] = [];
  const returnsList = Array.isArray(specs);
  const call = { layer, inputs: listOf(inputs), takesList: Array.isArray(inputs), outputs, returnsList };
  outputs.push(...listOf<Spec>(specs).map((spec) => new Placeholder(spec, call)));
  return returnsList ? outputs : outputs[0]!;
}

/** Options of {@link Input}. */
export interface InputOptions {
  /** Sizes of one sample, without the batch axis. */
  readonly shape: Shape;
  /** Default `float32`. */
  readonly dtype?: DType;
  /** Default: the model chooses. */
  readonly name?: string;
  /** A batch size the model is made for. Default `null`: any. */
  readonly batchSize?: number | null;
}

const SHAPE: Field<Shape> = wholeList('a list of whole numbers, the sizes of one sample', (size) => size >= 0);
const FIELDS = {
  shape: SHAPE,
  dtype: choice<DType>(['float32', 'float16', 'float64', 'int32', 'uint32', 'bool'], 'float32'),
  name: text(''),
  batchSize: optional(count()),
};

/** A model's input: the placeholder that nothing leads to. */
export class InputLayer extends Placeholder {
  static readonly type: string = 'InputLayer';
  /** Sizes of one sample, without the batch axis. */
  readonly shape: Shape;
  readonly dtype: DType;
  name: string;
  /** `null`: any. */
  readonly batchSize: number | null;

  constructor(options: InputOptions) {
    const { shape, dtype, name, batchSize } = readOptions('Input', FIELDS, options);
    super({ shape: [batchSize ?? 1, ...shape], dtype }, null);
    this.batchSize = batchSize;
    this.shape = shape;
    this.dtype = dtype;
    this.name = name;
  }
}

/**
 * The input of a model: first in a `Sequential`, or what the first layers of a `Model` are applied to.
 * @throws ConfigError for a shape that is none
 * @example Input({ shape: [28, 28, 1] })
 */
export function Input(options: InputOptions): InputLayer {
  return new InputLayer(options);
}
