import { ConfigError, type NestedArray, type Tensor } from '@nablajs/tensor';
import {
  type Complete,
  choice,
  count,
  type Field,
  type LayerOptions,
  optional,
  positional,
  readLayerOptions,
  text,
} from '../../base/options.ts';
import { HostLayer, type Nested, wholes } from '../host-layer.ts';
import { StringLookup } from './string-lookup.ts';
import { type Split, type Standardize, split, standardize, tokensOf } from './tokens.ts';
import { lookedUp, placesOf, TokenCounts, type VocabularyOptions, vocabularyFields } from './vocabulary.ts';

/** How texts come out: places of their tokens in order, or one vector for each, see `LookupMode`. */
export type TextMode = 'int' | 'multiHot' | 'count' | 'tfIdf';

/** Options of {@link TextVectorization}. */
export interface TextVectorizationOptions
  extends LayerOptions,
    Omit<VocabularyOptions<string>, 'numOovIndices' | 'maskToken' | 'outputMode'> {
  /** Default `'lowerAndStripPunctuation'`. */
  readonly standardize?: Standardize | null;
  /** Default `'whitespace'`. */
  readonly split?: Split | null;
  /** Runs of so many words as tokens; a number stands for all up to it. Default `null`: words alone. */
  readonly ngrams?: number | readonly number[] | null;
  /** Default `'int'`. */
  readonly outputMode?: TextMode;
  /** In mode `'int'`: texts are cut or filled up to so many places. Default `null`: to the longest. */
  readonly outputSequenceLength?: number | null;
}

const NGRAMS: Field<number | readonly number[]> = {
  must: 'a whole number of at least 1, or a list of such',
  fallback: undefined,
  read: (value) => {
    const list = Array.isArray(value) ? value : [value];
    const fits = list.length > 0 && list.every((width) => Number.isInteger(width) && width >= 1);
    return fits ? (value as number | readonly number[]) : undefined;
  },
};

const { maxTokens, vocabulary, idfWeights, padToMaxTokens } = vocabularyFields(text(''), '[UNK]');
const FIELDS = {
  maxTokens,
  standardize,
  split,
  ngrams: optional(NGRAMS),
  outputMode: choice<TextMode>(['int', 'multiHot', 'count', 'tfIdf'], 'int'),
  outputSequenceLength: optional(count()),
  padToMaxTokens,
  vocabulary,
  idfWeights,
};

/**
 * Texts to numbers: made alike, split into words, and looked up. Mode `'int'` gives places, int32 `[texts, words]`: 0 after the
 * end of a text, 1 for unknown words; the other modes one vector per text. The vocabulary is given, or found by `adapt`, and
 * saved with the layer. Works on the host: `encode`, `decode`.
 * @throws ConfigError for options that contradict each other
 * @example
 * const words = new TextVectorization({ maxTokens: 20000, outputSequenceLength: 200 });
 * await words.adapt(texts);
 * words.encode(['A text', 'Another one']); // int32 [2, 200]
 */
export class TextVectorization extends HostLayer<Complete<TextVectorizationOptions>> {
  static override readonly type: string = 'TextVectorization';
  #lookup: StringLookup | null = null;

  constructor(maxTokens?: number | null | TextVectorizationOptions, options: TextVectorizationOptions = {}) {
    super(readLayerOptions('TextVectorization', FIELDS, positional({ maxTokens }, options)));
    const { outputMode, outputSequenceLength, vocabulary } = this.config;
    if (outputSequenceLength !== null && outputMode !== 'int') {
      throw new ConfigError("TextVectorization: outputSequenceLength goes with outputMode 'int' only.");
    }
    if (vocabulary !== null) this.#words();
  }

  /**
   * Finds the vocabulary in texts, one after the other.
   * @throws ConfigError when the vocabulary was given
   */
  async adapt(texts: string | Iterable<Nested<string>> | AsyncIterable<Nested<string>>): Promise<void> {
    if (this.given.vocabulary !== null) {
      throw new ConfigError('TextVectorization: the vocabulary was given, so there is nothing to adapt. Leave it out.');
    }
    const counts = new TokenCounts<string>();
    const add = (item: Nested<string>): void => {
      if (typeof item === 'string') counts.add(tokensOf(item, this.given));
      else for (const inner of item) add(inner);
    };
    if (typeof texts === 'string') add(texts);
    else for await (const item of texts as AsyncIterable<Nested<string>>) add(item);
    const lookup = this.#makeLookup(this.given);
    lookup.adaptTo(counts);
    const { vocabulary, idfWeights } = lookup.config;
    this.learn({ vocabulary, idfWeights });
    this.#lookup = lookup;
  }

  /** The vocabulary by place, special places included unless asked otherwise. */
  getVocabulary(includeSpecialTokens: boolean = true): readonly string[] {
    return this.#words().getVocabulary(includeSpecialTokens);
  }

  /**
   * Numbers for a text, or for a list of them.
   * @throws ConfigError without a vocabulary
   */
  encode(texts: string | readonly string[]): Tensor {
    const lookup = this.#words();
    const { outputMode, outputSequenceLength } = this.config;
    const rows = (typeof texts === 'string' ? [texts] : texts).map((one) =>
      tokensOf(one, this.given).map((token) => lookup.placeOf(token)),
    );
    const longest = rows.reduce((most, { length }) => Math.max(most, length), 0);
    const length = outputSequenceLength ?? longest;
    // What is beyond the end has place 0 in texts; in vectors it counts as none.
    const gap = outputMode === 'int' ? 0 : -1;
    const places = rows.flatMap((row) => Array.from({ length }, (_, i) => row[i] ?? gap));
    const shape = typeof texts === 'string' ? [length] : [rows.length, length];
    return lookedUp(wholes(places, shape), outputMode, placesOf(this.type, lookup.config));
  }

  /** The words at places, in nested lists like the places. */
  decode(places: Tensor | NestedArray): Promise<Nested<string>> {
    return this.#words().decode(places);
  }

  #words(): StringLookup {
    this.#lookup ??= this.#makeLookup(this.config);
    return this.#lookup;
  }

  #makeLookup({
    maxTokens,
    vocabulary,
    idfWeights,
    outputMode,
    padToMaxTokens,
  }: Complete<TextVectorizationOptions>): StringLookup {
    return new StringLookup({ maxTokens, vocabulary, idfWeights, outputMode, padToMaxTokens, maskToken: '' });
  }
}
