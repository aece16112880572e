import { ConfigError, isTensor, type NestedArray, type Tensor } from '@nablajs/tensor';
import { type Complete, type LayerOptions, optional, positional, readLayerOptions, text } from '../../base/options.ts';
import { binOf, type Salt, salt } from '../hashing/bins.ts';
import { flatten, HostLayer, type Nested, wholes } from '../host-layer.ts';
import {
  lookedUp,
  type Places,
  placesOf,
  specialTokens,
  TokenCounts,
  type VocabularyOptions,
  vocabularyFields,
} from './vocabulary.ts';

/** Options of {@link StringLookup}. */
export interface StringLookupOptions extends LayerOptions, VocabularyOptions<string> {
  /** What stands for unknown words when places are turned back. Default `'[UNK]'`. */
  readonly oovToken?: string;
  /** Chooses another hash for unknown words with several places. Default `null`. */
  readonly salt?: Salt | null;
}

/** Words, or nested lists of them, one list after the other. */
export type TextData = Nested<string> | Iterable<Nested<string>> | AsyncIterable<Nested<string>>;

const FIELDS = { ...vocabularyFields(text(''), '[UNK]'), salt: optional(salt) };

/**
 * Words to their places in a vocabulary, int32 in the shape of the lists, or as vectors. Place 0 is that of `maskToken`, if there
 * is one; then come the places of unknown words, which share them by their hash. The vocabulary is given, or found by
 * `adapt`, the most frequent words first, and saved with the layer. Works on the host: `encode`, `decode`.
 * @throws ConfigError for a vocabulary that repeats itself
 * @example new StringLookup({ vocabulary: ['cat', 'dog'] }).encode([['dog', 'cow']]) // [[2, 0]]
 */
export class StringLookup extends HostLayer<Complete<StringLookupOptions>> {
  static override readonly type: string = 'StringLookup';
  #table: { readonly places: Places<string>; readonly index: ReadonlyMap<string, number> } | null = null;

  constructor(maxTokens?: number | null | StringLookupOptions, options: StringLookupOptions = {}) {
    super(readLayerOptions('StringLookup', FIELDS, positional({ maxTokens }, options)));
    if (this.config.vocabulary !== null) placesOf(this.type, this.config);
  }

  /**
   * Finds the vocabulary: the innermost lists are documents for `'tfIdf'`, of lists of words each word.
   * @throws ConfigError when the vocabulary was given
   */
  async adapt(data: TextData): Promise<void> {
    const counts = new TokenCounts<string>();
    if (typeof data === 'string') counts.add([data]);
    else {
      for await (const item of data as AsyncIterable<Nested<string>>) {
        for (const document of documentsOf(item)) counts.add(document);
      }
    }
    this.adaptTo(counts);
  }

  /** Takes the vocabulary from counts. */
  adaptTo(counts: TokenCounts<string>): void {
    if (this.given.vocabulary !== null) {
      throw new ConfigError(`${this.type}: the vocabulary was given, so there is nothing to adapt. Leave it out.`);
    }
    this.learn(counts.vocabulary(this.config, byCodePoint));
    this.#table = null;
  }

  /** The vocabulary by place, special places included unless asked otherwise. */
  getVocabulary(includeSpecialTokens: boolean = true): readonly string[] {
    const { tokens } = this.#known().places;
    return includeSpecialTokens ? [...specialTokens(this.config), ...tokens] : tokens;
  }

  /**
   * Places of words, or vectors as `outputMode` says.
   * @throws ConfigError without a vocabulary, or for an unknown word when `numOovIndices` is 0
   */
  encode(words: Nested<string>): Tensor {
    const { values, shape } = flatten(this.type, words);
    const places = values.map((word) => this.placeOf(word));
    return lookedUp(wholes(places, shape), this.config.outputMode, this.#known().places);
  }

  /** Words at places, in nested lists like the places; `oovToken` for those that the vocabulary does not have. */
  async decode(places: Tensor | NestedArray): Promise<Nested<string>> {
    const vocabulary = this.getVocabulary();
    const word = (place: NestedArray): Nested<string> =>
      Array.isArray(place) ? place.map(word) : (vocabulary[Number(place)] ?? this.config.oovToken);
    return word(isTensor(places) ? await places.array() : places);
  }

  /** The place of one word; -1 for the mask where it has none. */
  placeOf(word: string): number {
    const { maskToken, outputMode, numOovIndices, salt } = this.config;
    if (word === maskToken) return outputMode === 'int' ? 0 : -1;
    const { places, index } = this.#known();
    const found = index.get(word);
    if (found !== undefined) return places.start + found;
    if (numOovIndices === 0) {
      throw new ConfigError(
        `${this.type}: ${JSON.stringify(word)} is not in the vocabulary, and there is no place for unknown words. Set numOovIndices to 1.`,
      );
    }
    return places.oovStart + (numOovIndices > 1 ? binOf(word, numOovIndices, salt) : 0);
  }

  #known(): { readonly places: Places<string>; readonly index: ReadonlyMap<string, number> } {
    if (!this.#table) {
      const places = placesOf(this.type, this.config);
      this.#table = { places, index: new Map(places.tokens.map((token, i) => [token, i])) };
    }
    return this.#table;
  }
}

/** The innermost lists; a word by itself is a list of one. */
function documentsOf(item: Nested<string>): readonly (readonly string[])[] {
  if (typeof item === 'string') return [[item]];
  if (item.every((word) => typeof word === 'string')) return [item as readonly string[]];
  return item.flatMap(documentsOf);
}

/** The order of UTF-8 bytes, which is that of code points but not of JavaScript's units. */
function byCodePoint(a: string, b: string): number {
  let i = 0;
  while (i < a.length && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  return (a.codePointAt(i) ?? -1) - (b.codePointAt(i) ?? -1);
}
