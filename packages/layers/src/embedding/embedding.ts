import { DTypeError, formatSpec, gather, type Tensor, type Variable } from '@nablajs/tensor';
import { Layer } from '../base/layer.ts';
import { type Complete, count, flag, type LayerOptions, positional, readLayerOptions } from '../base/options.ts';
import type { WeightMaker } from '../base/weights.ts';
import type { ConstraintLike } from '../constraints/constraint.ts';
import type { InitializerLike } from '../initializers/initializer.ts';
import type { RegularizerLike } from '../regularizers/regularizer.ts';
import { weightFields, weightOptions } from '../weights/options.ts';

/** Options of {@link Embedding}. */
export interface EmbeddingOptions extends LayerOptions {
  /** Default `'uniform'`: between -0.05 and 0.05. */
  readonly embeddingsInitializer?: InitializerLike;
  /** A term it adds to the loss. Default none. */
  readonly embeddingsRegularizer?: RegularizerLike | null;
  /** What it must keep to after each update. Default nothing. */
  readonly embeddingsConstraint?: ConstraintLike | null;
  /** Number 0 stands for nothing: it is masked, and layers after this one leave it out. Default `false`. */
  readonly maskZero?: boolean;
}

/** The arguments that may also be positional. */
export interface EmbeddingSizes {
  /** How many numbers there are: one more than the largest. */
  readonly inputDim: number;
  /** Length of the vectors. */
  readonly outputDim: number;
}

/** Everything {@link Embedding} takes, as one object. */
export type EmbeddingConfig = Complete<EmbeddingOptions & EmbeddingSizes>;

const FIELDS = {
  inputDim: count(),
  outputDim: count(),
  ...weightFields('embeddings', 'uniform'),
  maskZero: flag(false),
};

/** The matrix of embeddings for whole numbers; a number outside has the zero vector. */
export function lookUp(table: Tensor, numbers: Tensor): Tensor {
  if (numbers.dtype === 'bool')
    throw new DTypeError(`takes whole numbers, got ${formatSpec(numbers.spec)}. Cast them to int32.`);
  const indices = numbers.dtype === 'int32' ? numbers : numbers.cast('int32');
  return gather(table, indices.reshape([indices.size])).reshape([...numbers.shape, table.shape[1]!]);
}

/**
 * A learned vector for each of `inputDim` whole numbers, such as words: `[batch, ...] -> [batch, ..., outputDim]`. Floats are cut
 * to whole numbers; those outside of 0 to `inputDim - 1` give zeros. Weights: embeddings `[inputDim, outputDim]`.
 * @example new Embedding(1000, 64, { maskZero: true })
 */
export class Embedding extends Layer<EmbeddingConfig> {
  static override readonly type: string = 'Embedding';
  #embeddings!: Variable;

  constructor(
    inputDim: number | (EmbeddingOptions & EmbeddingSizes),
    outputDim?: number,
    options: EmbeddingOptions = {},
  ) {
    super(readLayerOptions('Embedding', FIELDS, positional({ inputDim, outputDim }, options)));
  }

  protected override build(make: WeightMaker): void {
    const { inputDim, outputDim } = this.config;
    this.#embeddings = make.weight('embeddings', [inputDim, outputDim], weightOptions(this.given, 'embeddings'));
  }

  protected override call(x: Tensor): Tensor {
    return lookUp(this.#embeddings.value, x);
  }

  protected override computeMask(x: Tensor): Tensor | null {
    return this.config.maskZero ? x.notEqual(0) : null;
  }
}
