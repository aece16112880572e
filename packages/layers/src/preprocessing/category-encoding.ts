import { ConfigError, type Tensor } from '@nablajs/tensor';
import { Layer } from '../base/layer.ts';
import { type Complete, choice, count, type LayerOptions, positional, readLayerOptions } from '../base/options.ts';
import { listOf, type Value } from '../base/value.ts';
import { type CategoryMode, encoded } from './encode.ts';

/** Options of {@link CategoryEncoding}. */
export interface CategoryEncodingOptions extends LayerOptions {
  /** Default `'multiHot'`. */
  readonly outputMode?: Exclude<CategoryMode, 'int'>;
}

/**
 * Numbers of categories as vectors of length `numTokens`: one for each number (`'oneHot'`), or one for all along the last
 * axis (`'multiHot'`, `'count'`). Other numbers count as none. In mode `'count'` it also takes `[numbers, weights]`, weights
 * shaped like the numbers.
 * @example new CategoryEncoding(4, { outputMode: 'oneHot' })
 */
export class CategoryEncoding extends Layer<Complete<CategoryEncodingOptions & { readonly numTokens: number }>, Value> {
  static override readonly type: string = 'CategoryEncoding';

  constructor(
    numTokens: number | (CategoryEncodingOptions & { readonly numTokens: number }),
    options: CategoryEncodingOptions = {},
  ) {
    const modes = choice<Exclude<CategoryMode, 'int'>>(['oneHot', 'multiHot', 'count'], 'multiHot');
    super(
      readLayerOptions(
        'CategoryEncoding',
        { numTokens: count(), outputMode: modes },
        positional({ numTokens }, options),
      ),
    );
  }

  protected override build(): void {}

  protected override call(x: Value): Tensor {
    const { numTokens, outputMode } = this.config;
    const [numbers, weights = null, ...more] = listOf<Tensor>(x);
    if (!numbers || more.length > 0 || (weights && outputMode !== 'count')) {
      throw new ConfigError(`takes one tensor of numbers, or [numbers, weights] with outputMode 'count'.`);
    }
    return encoded(numbers, outputMode, numTokens, weights);
  }
}
