// What lookups of words and of numbers share: options, special places, and how a vocabulary comes from data.
import { ConfigError, fromData, type Tensor } from '@nablajs/tensor';
import { choice, type Field, flag, optional } from '../../base/options.ts';
import { encoded } from '../encode.ts';

/**
 * How looked-up values come out. `'int'`: their places in the vocabulary. `'oneHot'`, `'multiHot'`, `'count'`: vectors with one
 * entry per place, see `CategoryMode`. `'tfIdf'`: counts, weighed by how rare they are.
 */
export type LookupMode = 'int' | 'oneHot' | 'multiHot' | 'count' | 'tfIdf';

/** Options of lookups whose vocabulary is of `T`. */
export interface VocabularyOptions<T> {
  /** Size of the vocabulary at most, special places included. Default `null`: any. */
  readonly maxTokens?: number | null;
  /** Places for what the vocabulary does not have. Default 1. */
  readonly numOovIndices?: number;
  /** What stands for nothing: place 0 in mode `'int'`, otherwise left out. Default `null`. */
  readonly maskToken?: T | null;
  /** The vocabulary, by place, with or without the special ones. Default `null`: `adapt` finds it. */
  readonly vocabulary?: readonly T[] | null;
  /** For mode `'tfIdf'` with a given vocabulary: one weight per entry. Default `null`: `adapt` finds them. */
  readonly idfWeights?: readonly number[] | null;
  /** Default `'int'`. */
  readonly outputMode?: LookupMode;
  /** Vectors are as long as `maxTokens`, whatever the vocabulary. Default `false`. */
  readonly padToMaxTokens?: boolean;
}

/** The complete options of a lookup. */
export interface VocabularyConfig<T> {
  readonly maxTokens: number | null;
  readonly numOovIndices: number;
  readonly maskToken: T | null;
  readonly oovToken: T;
  readonly vocabulary: readonly T[] | null;
  readonly idfWeights: readonly number[] | null;
  readonly outputMode: LookupMode;
  readonly padToMaxTokens: boolean;
}

/** The rules of {@link VocabularyConfig}, as a type. */
export type VocabularyFields<T> = { readonly [K in keyof VocabularyConfig<T>]: Field<VocabularyConfig<T>[K]> };

/** The rules of a lookup's options. */
export function vocabularyFields<T>(token: Field<T>, oov: T): VocabularyFields<T> {
  const listed = <V>(item: (value: unknown) => boolean, must: string): Field<readonly V[]> => ({
    must,
    fallback: undefined,
    read: (value) => (Array.isArray(value) && value.every(item) ? value : undefined),
  });
  const isToken = (value: unknown): boolean => token.read(value, '') !== undefined;
  const atLeast = (least: number): Field<number> => ({
    must: `a whole number of at least ${least}`,
    fallback: undefined,
    read: (value) => (Number.isInteger(value) && (value as number) >= least ? (value as number) : undefined),
  });
  return {
    maxTokens: optional(atLeast(2)),
    numOovIndices: { ...atLeast(0), fallback: 1 },
    maskToken: optional(token),
    oovToken: { ...token, fallback: oov },
    vocabulary: optional(listed<T>(isToken, `a list, of ${token.must} each`)),
    idfWeights: optional(listed<number>(Number.isFinite, 'a list of numbers')),
    outputMode: choice<LookupMode>(['int', 'oneHot', 'multiHot', 'count', 'tfIdf'], 'int'),
    padToMaxTokens: flag(false),
  };
}

/** What a vocabulary that is known comes to. */
export interface Places<T> {
  /** Without special ones. */
  readonly tokens: readonly T[];
  /** Places before the first of what the vocabulary does not have: 1 for the mask, or none. */
  readonly oovStart: number;
  /** Places before the vocabulary itself. */
  readonly start: number;
  /** Length of vectors. */
  readonly depth: number;
  /** Weights of mode `'tfIdf'`, one per place. */
  readonly idf: readonly number[] | null;
}

/**
 * The places of a configuration.
 * @throws ConfigError without a vocabulary, for one that repeats itself or is too large, or for weights that do not fit it
 */
export function placesOf<T>(type: string, config: VocabularyConfig<T>): Places<T> {
  const { vocabulary, maskToken, numOovIndices, maxTokens, outputMode, idfWeights, padToMaxTokens } = config;
  if (vocabulary === null) {
    throw new ConfigError(`${type}: has no vocabulary yet. Call adapt(data), or give the option vocabulary.`);
  }
  const oovStart = maskToken !== null && outputMode === 'int' ? 1 : 0;
  const start = oovStart + numOovIndices;
  const special = specialTokens(config);
  const isComplete = special.length > 0 && special.every((token, i) => vocabulary[i] === token);
  const tokens = isComplete ? vocabulary.slice(start) : vocabulary;
  const seen = new Set<T>();
  for (const token of tokens) {
    if (seen.has(token)) throw new ConfigError(`${type}: the vocabulary has ${JSON.stringify(token)} more than once.`);
    seen.add(token);
  }
  if (maskToken !== null && seen.has(maskToken)) {
    throw new ConfigError(
      `${type}: the vocabulary has the mask token ${JSON.stringify(maskToken)}. Leave out special tokens, or begin with ${JSON.stringify(special)}.`,
    );
  }
  const size = start + tokens.length;
  if (maxTokens !== null && size > maxTokens) {
    throw new ConfigError(`${type}: the vocabulary takes ${size} places, maxTokens is ${maxTokens}. Shorten it.`);
  }
  if (padToMaxTokens && maxTokens === null) throw new ConfigError(`${type}: padToMaxTokens needs maxTokens.`);
  const depth = padToMaxTokens ? maxTokens! : size;
  if (outputMode !== 'tfIdf') {
    if (idfWeights !== null) throw new ConfigError(`${type}: idfWeights go with outputMode 'tfIdf' only.`);
    return { tokens, oovStart, start, depth, idf: null };
  }
  if (idfWeights?.length !== vocabulary.length) {
    throw new ConfigError(
      `${type}: outputMode 'tfIdf' needs idfWeights, one for each of the ${vocabulary.length} entries of the vocabulary, got ${idfWeights?.length ?? 'none'}.`,
    );
  }
  // Of what the vocabulary does not have nothing is known: it weighs as much as others do on average.
  const mean = idfWeights.reduce((sum, weight) => sum + weight, 0) / Math.max(1, idfWeights.length);
  const known = isComplete ? idfWeights : [...new Array<number>(start).fill(mean), ...idfWeights];
  return { tokens, oovStart, start, depth, idf: [...known, ...new Array<number>(depth - known.length).fill(0)] };
}

/** What stands at the special places: the mask, then the placeholders of what is unknown. */
export function specialTokens<T>(config: VocabularyConfig<T>): readonly T[] {
  const { maskToken, oovToken, numOovIndices, outputMode } = config;
  const mask = maskToken !== null && outputMode === 'int' ? [maskToken] : [];
  return [...mask, ...new Array<T>(numOovIndices).fill(oovToken)];
}

/** Places as a lookup gives them out. Those below 0 count as none. */
export function lookedUp<T>(places: Tensor, mode: LookupMode, { depth, idf }: Places<T>): Tensor {
  if (mode !== 'tfIdf') return encoded(places, mode, depth);
  return encoded(places, 'count', depth).mul(fromData(Float32Array.from(idf!), [depth]));
}

/** Counts of tokens in documents, of which vocabularies are made. */
export class TokenCounts<T extends string | number> {
  readonly #tokens: Map<T, number> = new Map();
  readonly #documents: Map<T, number> = new Map();
  #size: number = 0;

  add(document: readonly T[]): void {
    this.#size++;
    for (const token of document) this.#tokens.set(token, (this.#tokens.get(token) ?? 0) + 1);
    for (const token of new Set(document)) this.#documents.set(token, (this.#documents.get(token) ?? 0) + 1);
  }

  /** The most frequent tokens first, among equals the last in order; with `'tfIdf'` their weights too. */
  vocabulary(
    config: VocabularyConfig<T>,
    compare: (a: T, b: T) => number,
  ): Pick<VocabularyConfig<T>, 'vocabulary' | 'idfWeights'> {
    const special = new Set<T>([config.oovToken, ...(config.maskToken === null ? [] : [config.maskToken])]);
    const sorted = [...this.#tokens].filter(([token]) => !special.has(token));
    sorted.sort(([a, times], [b, others]) => others - times || compare(b, a));
    const most = config.maxTokens === null ? sorted.length : config.maxTokens - specialTokens(config).length;
    const vocabulary = sorted.slice(0, Math.max(0, most)).map(([token]) => token);
    const idf = (token: T): number => Math.log(1 + this.#size / (1 + this.#documents.get(token)!));
    return { vocabulary, idfWeights: config.outputMode === 'tfIdf' ? vocabulary.map(idf) : null };
  }
}
