import { ConfigError, formatShape, ShapeError, sameShape, type Tensor } from '@nablajs/tensor';
import { type Complete, choice, count, type LayerOptions, positional, readLayerOptions } from '../../base/options.ts';
import { encoded } from '../encode.ts';
import { flatten, HostLayer, type Nested, wholes } from '../host-layer.ts';
import { fingerprint64, joinedFingerprint } from './farm-hash.ts';
import { bytesOf, wrapped } from './words.ts';

/** Options of {@link HashedCrossing}. */
export interface HashedCrossingOptions extends LayerOptions {
  /** Default `'int'`. */
  readonly outputMode?: 'int' | 'oneHot';
}

/** What TensorFlow begins with. */
const START = 956888297470n;

/**
 * Combinations of several features into `numBins` bins, sample by sample: `Paris` with `winter` has a bin of its own. The bins
 * of Keras. Works on the host: `encode`.
 * @example new HashedCrossing(1000).encode([['Paris', 'Rome'], [12, 7]]) // int32 [2]
 */
export class HashedCrossing extends HostLayer<Complete<HashedCrossingOptions & { readonly numBins: number }>> {
  static override readonly type: string = 'HashedCrossing';

  constructor(
    numBins: number | (HashedCrossingOptions & { readonly numBins: number }),
    options: HashedCrossingOptions = {},
  ) {
    const fields = { numBins: count(), outputMode: choice<'int' | 'oneHot'>(['int', 'oneHot'], 'int') };
    super(readLayerOptions('HashedCrossing', fields, positional({ numBins }, options)));
  }

  /**
   * The bins of combinations.
   * @param features two or more lists of words or whole numbers, one entry per sample
   * @throws ConfigError for fewer than two features or numbers that are not whole; ShapeError for lists of different lengths
   */
  encode(features: readonly Nested<string | number>[]): Tensor {
    const { numBins, outputMode } = this.config;
    if (!Array.isArray(features) || features.length < 2) {
      throw new ConfigError(`HashedCrossing.encode: takes a list of two or more features. Write encode([a, b]).`);
    }
    const [first, ...others] = features.map((feature) => flatten(this.type, feature)) as [
      ReturnType<typeof flatten<string | number>>,
      ...ReturnType<typeof flatten<string | number>>[],
    ];
    const odd = others.find(({ shape }) => !sameShape(shape, first.shape));
    if (odd) {
      throw new ShapeError(
        `HashedCrossing.encode: features must have the same shape, got ${formatShape(first.shape)} and ${formatShape(odd.shape)}.`,
      );
    }
    const bins = first.values.map((_, i) => {
      const hash = [first, ...others].reduce((hash, { values }) => joinedFingerprint(hash, wordOf(values[i]!)), START);
      return Number(hash % BigInt(numBins));
    });
    return encoded(wholes(bins, first.shape), outputMode, numBins);
  }
}

/** A word by its fingerprint; a number is one already. */
function wordOf(value: string | number): bigint {
  if (typeof value === 'string') return fingerprint64(bytesOf(value));
  if (Number.isSafeInteger(value)) return wrapped(BigInt(value));
  throw new ConfigError(`HashedCrossing.encode: numbers must be whole, got ${value}. Discretize it first.`);
}
