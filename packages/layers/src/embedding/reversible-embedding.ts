import { isFloat, type Tensor, type Variable } from '@nablajs/tensor';
import { Layer } from '../base/layer.ts';
import { type Complete, count, flag, optional, positional, positive, readLayerOptions } from '../base/options.ts';
import type { WeightMaker } from '../base/weights.ts';
import { requireFeatures } from '../dense/features.ts';
import { weightFields, weightOptions } from '../weights/options.ts';
import { type EmbeddingOptions, type EmbeddingSizes, lookUp } from './embedding.ts';

/** Options of {@link ReversibleEmbedding}. */
export interface ReversibleEmbeddingOptions extends EmbeddingOptions {
  /** Use the embeddings for both ways, instead of a second matrix for the way back. Default `true`. */
  readonly tieWeights?: boolean;
  /** Keep scores between plus and minus this, by `cap * tanh(score / cap)`. Default `null`: as they are. */
  readonly logitSoftCap?: number | null;
}

type Main = ReversibleEmbeddingOptions & EmbeddingSizes;

const FIELDS = {
  inputDim: count(),
  outputDim: count(),
  tieWeights: flag(true),
  ...weightFields('embeddings', 'uniform'),
  maskZero: flag(false),
  logitSoftCap: optional(positive()),
};

/**
 * An embedding that also leads back: whole numbers become vectors, as in `Embedding`, and floats `[batch, ..., outputDim]`
 * become a score for each number, `[batch, ..., inputDim]`, as at both ends of a language model. Keras asks for the way back with
 * `reverse`; here the dtype says it. Weights: embeddings `[inputDim, outputDim]`, and reverse_embeddings, its transpose, unless tied.
 * Press and Wolf, 2016, arXiv:1608.05859.
 * @example
 * const words = new ReversibleEmbedding(1000, 64);
 * const vectors = words.apply(tokens); // tokens int32 [batch, steps]
 * const scores = words.apply(vectors); // [batch, steps, 1000]
 */
export class ReversibleEmbedding extends Layer<Complete<Main>> {
  static override readonly type: string = 'ReversibleEmbedding';
  #embeddings!: Variable;
  #reverse: Variable | null = null;

  constructor(inputDim: number | Main, outputDim?: number, options: ReversibleEmbeddingOptions = {}) {
    super(readLayerOptions('ReversibleEmbedding', FIELDS, positional({ inputDim, outputDim }, options)));
  }

  protected override build(make: WeightMaker): void {
    const { inputDim, outputDim, tieWeights } = this.config;
    this.#embeddings = make.weight('embeddings', [inputDim, outputDim], weightOptions(this.given, 'embeddings'));
    if (tieWeights) return;
    const initializer = this.given.embeddingsInitializer;
    this.#reverse = make.weight('reverse_embeddings', [outputDim, inputDim], { initializer });
  }

  protected override call(x: Tensor): Tensor {
    if (!isFloat(x.dtype)) return lookUp(this.#embeddings.value, x);
    const { outputDim, logitSoftCap } = this.config;
    requireFeatures(this.type, x.shape, outputDim);
    const scores = x.matmul(this.#reverse ? this.#reverse.value : this.#embeddings.value.transpose());
    return logitSoftCap === null
      ? scores
      : scores
          .mul(1 / logitSoftCap)
          .tanh()
          .mul(logitSoftCap);
  }

  protected override computeMask(x: Tensor): Tensor | null {
    return this.config.maskZero && !isFloat(x.dtype) ? x.notEqual(0) : null;
  }
}
