import type { Tensor } from '@nablajs/tensor';
import {
  type Complete,
  count,
  type Field,
  type LayerOptions,
  optional,
  positional,
  readLayerOptions,
} from '../../base/options.ts';
import { type CategoryMode, categoryMode, encoded } from '../encode.ts';
import { flatten, HostLayer, type Nested, wholes } from '../host-layer.ts';
import { binOf, type Salt, salt, textOf } from './bins.ts';

/** Options of {@link Hashing}. */
export interface HashingOptions extends LayerOptions {
  /** A word or number that gets bin 0 to itself. Default `null`: none. */
  readonly maskValue?: string | number | null;
  /** One or two numbers that choose another hash. Default `null`. */
  readonly salt?: Salt | null;
  /** Default `'int'`. */
  readonly outputMode?: CategoryMode;
}

const MASK: Field<string | number> = {
  must: 'a word or a number',
  fallback: undefined,
  read: (value) => (typeof value === 'string' || Number.isFinite(value) ? (value as string | number) : undefined),
};

/**
 * Words or numbers into `numBins` bins by their hash, without a vocabulary: the bins of Keras, by FarmHash64, or with a salt
 * by SipHash64. Text is hashed in UTF-8; numbers are cut to whole ones and hashed as text. Works on the host: `encode`.
 * @example new Hashing(64).encode(['cat', 'dog']) // int32 [2]
 */
export class Hashing extends HostLayer<Complete<HashingOptions & { readonly numBins: number }>> {
  static override readonly type: string = 'Hashing';

  constructor(numBins: number | (HashingOptions & { readonly numBins: number }), options: HashingOptions = {}) {
    const fields = {
      numBins: count(),
      maskValue: optional(MASK),
      salt: optional(salt),
      outputMode: categoryMode('int'),
    };
    super(readLayerOptions('Hashing', fields, positional({ numBins }, options)));
  }

  /** The bins of words or numbers: int32 in the shape of the lists, or vectors as `outputMode` says. */
  encode(values: Nested<string | number>): Tensor {
    const { numBins, maskValue, salt, outputMode } = this.config;
    const flat = flatten(this.type, values);
    const reserved = maskValue !== null && numBins > 1 ? 1 : 0;
    const bins = flat.values.map((value) =>
      reserved && value === maskValue ? 0 : binOf(textOf(value), numBins - reserved, salt) + reserved,
    );
    return encoded(wholes(bins, flat.shape), outputMode, numBins);
  }
}
