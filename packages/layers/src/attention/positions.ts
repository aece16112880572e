// Where steps stand: attention itself does not see their order.
import { arange, formatShape, fromData, ShapeError, type Spec, type Tensor, type Variable } from '@nablajs/tensor';
import { Layer } from '../base/layer.ts';
import { type Complete, count, type LayerOptions, positional, positive, readLayerOptions } from '../base/options.ts';
import type { WeightMaker } from '../base/weights.ts';
import { initializer } from '../initializers/from.ts';
import type { InitializerLike } from '../initializers/initializer.ts';

/** Options of {@link SinePositionEncoding}. */
export interface SinePositionEncodingOptions extends LayerOptions {
  /** Longest wave, over 2 pi, in steps. Default 10000. */
  readonly maxWavelength?: number;
}

/**
 * Waves of different length, for the model to tell steps apart: feature `2i` of step `t` is `sin(t / w^(2i / features))`, the
 * next its cosine. Gives these in the shape of the input `[..., steps, features]`, to be added to it. Vaswani et al., 2017.
 * @example new Add().apply([x, new SinePositionEncoding().apply(x)])
 */
export class SinePositionEncoding extends Layer<Complete<SinePositionEncodingOptions>> {
  static override readonly type: string = 'SinePositionEncoding';
  static override readonly supportsMasking: boolean = true;

  constructor(maxWavelength?: number | SinePositionEncodingOptions, options: LayerOptions = {}) {
    super(
      readLayerOptions(
        'SinePositionEncoding',
        { maxWavelength: positive(10000) },
        positional({ maxWavelength }, options),
      ),
    );
  }

  protected override build(): void {}

  protected override call(x: Tensor): Tensor {
    const [steps, features] = sizesOf(x.spec);
    const { maxWavelength } = this.config;
    const of = <T>(f: (feature: number) => T): T[] => Array.from({ length: features }, (_, feature) => f(feature));
    const row = (values: number[]): Tensor => fromData(Float32Array.from(values), [features]);
    const rates = row(of((feature) => maxWavelength ** ((-2 * Math.floor(feature / 2)) / features)));
    const angles = arange(steps).cast('float32').expandDims(1).mul(rates);
    const odd = row(of((feature) => feature % 2)).equal(1);
    return odd.where(angles.cos(), angles.sin()).cast(x.dtype).broadcastTo(x.shape);
  }
}

/** Options of {@link PositionEmbedding}. */
export interface PositionEmbeddingOptions extends LayerOptions {
  /** Default `'glorotUniform'`. */
  readonly initializer?: InitializerLike;
}

/**
 * A learned vector for each step, in the shape of the input `[..., steps, features]`, to be added to it. Weights: embeddings
 * `[sequenceLength, features]`.
 * @throws ShapeError for inputs with more steps than `sequenceLength`
 * @example new Add().apply([x, new PositionEmbedding(512).apply(x)])
 */
export class PositionEmbedding extends Layer<Complete<PositionEmbeddingOptions & { readonly sequenceLength: number }>> {
  static override readonly type: string = 'PositionEmbedding';
  static override readonly supportsMasking: boolean = true;
  #embeddings!: Variable;

  constructor(
    sequenceLength: number | (PositionEmbeddingOptions & { readonly sequenceLength: number }),
    options: PositionEmbeddingOptions = {},
  ) {
    const fields = { sequenceLength: count(), initializer: initializer('glorotUniform') };
    super(readLayerOptions('PositionEmbedding', fields, positional({ sequenceLength }, options)));
  }

  protected override build(make: WeightMaker, input: Spec): void {
    const { sequenceLength, initializer } = this.given;
    this.#embeddings = make.weight('embeddings', [sequenceLength, sizesOf(input)[1]], { initializer });
  }

  protected override call(x: Tensor): Tensor {
    const [steps, features] = sizesOf(x.spec);
    const { sequenceLength } = this.config;
    if (steps > sequenceLength) {
      throw new ShapeError(
        `has vectors for ${sequenceLength} steps, got ${formatShape(x.shape)}. Raise sequenceLength.`,
      );
    }
    return this.#embeddings.value.slice([0, 0], [steps, features]).broadcastTo(x.shape);
  }
}

function sizesOf({ shape }: Spec): readonly [steps: number, features: number] {
  if (shape.length >= 2) return [shape.at(-2)!, shape.at(-1)!];
  throw new ShapeError(`takes [..., steps, features], got ${formatShape(shape)}.`);
}
