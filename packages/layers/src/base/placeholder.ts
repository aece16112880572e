// Values of a model that is being described: no numbers, only a spec and the layer calls that lead to it.
import type { DType, Shape, Spec } from '@nablajs/tensor';
import type { Layer } from './layer.ts';
import { choice, type Field, readOptions, text, wholeList } from './options.ts';

/** What a layer gives when it is applied to placeholders: `new Dense(3).apply(Input({ shape: [4] }))`. */
export class Placeholder {
  /** Shape and dtype. The first axis stands for the batch, whatever its size will be, and is 1 here. */
  readonly spec: Spec;
  /** The layer that makes it; `null` for a model's input. */
  readonly layer: Layer | null;
  /** What the layer is applied to. */
  readonly inputs: readonly Placeholder[];

  constructor(spec: Spec, layer: Layer | null, inputs: readonly Placeholder[]) {
    this.spec = spec;
    this.layer = layer;
    this.inputs = inputs;
  }
}

/** Options of {@link Input}. */
export interface InputOptions {
  /** Sizes of one sample, without the batch axis. */
  readonly shape: Shape;
  /** Default `float32`. */
  readonly dtype?: DType;
  /** Default: the model chooses. */
  readonly name?: string;
}

const SHAPE: Field<Shape> = wholeList('a list of whole numbers, the sizes of one sample', (size) => size >= 0);
const FIELDS = {
  shape: SHAPE,
  dtype: choice<DType>(['float32', 'float16', 'float64', 'int32', 'uint32', 'bool'], 'float32'),
  name: text(''),
};

/** A model's input: the placeholder that nothing leads to. */
export class InputLayer extends Placeholder {
  static readonly type: string = 'InputLayer';
  /** Sizes of one sample, without the batch axis. */
  readonly shape: Shape;
  readonly dtype: DType;
  name: string;

  constructor(options: InputOptions) {
    const { shape, dtype, name } = readOptions('Input', FIELDS, options);
    super({ shape: [1, ...shape], dtype }, null, []);
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
