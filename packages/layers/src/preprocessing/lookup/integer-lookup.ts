import { ConfigError, fromData, gather, type Tensor } from '@nablajs/tensor';
import { type Complete, flag, type LayerOptions, positional, readLayerOptions, whole } from '../../base/options.ts';
import { type AdaptData, AdaptedLayer, batchesOf } from '../adapted.ts';
import {
  lookedUp,
  type Places,
  placesOf,
  specialTokens,
  TokenCounts,
  type VocabularyOptions,
  vocabularyFields,
} from './vocabulary.ts';

/** Options of {@link IntegerLookup}. */
export interface IntegerLookupOptions extends LayerOptions, VocabularyOptions<number> {
  /** What stands for unknown numbers when places are turned back. Default -1. */
  readonly oovToken?: number;
  /** The other way: from places to numbers. Default `false`. */
  readonly invert?: boolean;
}

const FIELDS = { ...vocabularyFields(whole(), -1), invert: flag(false) };

/**
 * Whole numbers, such as product numbers, to their places in a vocabulary, int32 in the same shape, or as vectors: a binary
 * search on the backend, also inside of models. Place 0 is that of `maskToken`, if there is one; then come the places of unknown
 * numbers, which share them by `number mod numOovIndices`; with none, they become -1. The vocabulary is given, or found by
 * `adapt`, the most frequent numbers first.
 * @throws ConfigError when there is no vocabulary
 * @example new IntegerLookup({ vocabulary: [1009, 2477, 3001] })
 */
export class IntegerLookup extends AdaptedLayer<Complete<IntegerLookupOptions>> {
  static override readonly type: string = 'IntegerLookup';

  constructor(maxTokens?: number | null | IntegerLookupOptions, options: IntegerLookupOptions = {}) {
    super(readLayerOptions('IntegerLookup', FIELDS, positional({ maxTokens }, options)));
    const { invert, outputMode, vocabulary } = this.config;
    if (invert && outputMode !== 'int') throw new ConfigError("IntegerLookup: invert needs outputMode 'int'.");
    if (vocabulary !== null) placesOf(this.type, this.config);
  }

  /**
   * Finds the vocabulary: rows of a tensor are documents for `'tfIdf'`.
   * @throws ConfigError when the vocabulary was given, or once the layer was applied
   */
  async adapt(data: AdaptData): Promise<void> {
    if (this.given.vocabulary !== null) {
      throw new ConfigError('IntegerLookup: the vocabulary was given, so there is nothing to adapt. Leave it out.');
    }
    const counts = new TokenCounts<number>();
    for await (const batch of batchesOf(data, 'int32')) {
      const values = Array.from(await batch.data(), (value) => Math.trunc(Number(value)));
      const size = batch.rank < 2 ? 1 : values.length / Math.max(1, batch.shape[0]!);
      for (let at = 0; at < values.length; at += size) counts.add(values.slice(at, at + size));
    }
    this.learn(counts.vocabulary(this.config, (a, b) => a - b));
  }

  /** The vocabulary by place, special places included unless asked otherwise. */
  getVocabulary(includeSpecialTokens: boolean = true): readonly number[] {
    const { tokens } = placesOf(this.type, this.config);
    return includeSpecialTokens ? [...specialTokens(this.config), ...tokens] : tokens;
  }

  protected override build(): void {
    placesOf(this.type, this.config);
  }

  protected override call(x: Tensor): Tensor {
    const { config } = this;
    const numbers = x.dtype === 'int32' ? x : x.cast('int32');
    if (config.invert) return this.#turnedBack(numbers);
    const places = placesOf(this.type, config);
    const found = placeIn(places, numbers);
    const unknown = config.numOovIndices > 0 ? numbers.mod(config.numOovIndices).add(places.oovStart) : -1;
    const known = found.greaterEqual(0).where(found.add(places.start), unknown);
    if (config.maskToken === null) return lookedUp(known, config.outputMode, places);
    const masked = numbers.equal(config.maskToken).where(config.outputMode === 'int' ? 0 : -1, known);
    return lookedUp(masked, config.outputMode, places);
  }

  #turnedBack(places: Tensor): Tensor {
    const tokens = this.getVocabulary();
    const table = fromData(Int32Array.from(tokens), [tokens.length]);
    const inside = places.greaterEqual(0).logicalAnd(places.less(tokens.length));
    return inside.where(gather(table, places.flatten()).reshape(places.shape), this.config.oovToken);
  }
}

/** Where numbers stand in the vocabulary, by halving; -1 for those that do not. */
function placeIn({ tokens }: Places<number>, numbers: Tensor): Tensor {
  if (tokens.length === 0) return numbers.mul(0).sub(1);
  const order = [...tokens.keys()].sort((a, b) => tokens[a]! - tokens[b]!);
  const list = (values: readonly number[]): Tensor => fromData(Int32Array.from(values), [values.length]);
  const sorted = list(order.map((i) => tokens[i]!));
  const flat = numbers.flatten();
  let smaller = flat.mul(0);
  for (let step = 2 ** Math.floor(Math.log2(tokens.length)); step >= 1; step /= 2) {
    const further = smaller.add(step);
    const fits = further.lessEqual(tokens.length).logicalAnd(gather(sorted, further.sub(1)).lessEqual(flat));
    smaller = fits.where(further, smaller);
  }
  const at = smaller.sub(1).maximum(0);
  return gather(sorted, at)
    .equal(flat)
    .where(gather(list(order), at), -1)
    .reshape(numbers.shape);
}
