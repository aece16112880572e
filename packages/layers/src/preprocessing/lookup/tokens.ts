// From text to tokens: made alike, split, joined to n-grams.
import type { Field } from '../../base/options.ts';

/** How text is made alike: lower case, punctuation removed, or a function of yours, which files cannot hold. */
export type Standardize = 'lowerAndStripPunctuation' | 'lower' | 'stripPunctuation' | ((text: string) => string);

/** How text is split: at white space, into characters, or by a function of yours, which files cannot hold. */
export type Split = 'whitespace' | 'character' | ((text: string) => readonly string[]);

const STANDARDIZERS: Readonly<Record<string, (text: string) => string>> = {
  lowerAndStripPunctuation: (text) => withoutPunctuation(text.toLowerCase()),
  lower: (text) => text.toLowerCase(),
  stripPunctuation: withoutPunctuation,
};

const SPLITTERS: Readonly<Record<string, (text: string) => readonly string[]>> = {
  whitespace: (text) => text.split(/\s+/u).filter((word) => word !== ''),
  character: (text) => [...text],
};

function withoutPunctuation(text: string): string {
  return text.replace(/[!-/:-@[-`{-~]/g, '');
}

function named<T>(table: Readonly<Record<string, unknown>>, fallback: string): Field<T | null> {
  const names = Object.keys(table);
  return {
    must: `${names.map((name) => `'${name}'`).join(', ')}, a function, or null`,
    fallback: fallback as T,
    read: (value) =>
      value === null || typeof value === 'function' || names.includes(value as string)
        ? (value as T | null)
        : undefined,
  };
}

/** The option for {@link Standardize}. */
export const standardize: Field<Standardize | null> = named<Standardize>(STANDARDIZERS, 'lowerAndStripPunctuation');

/** The option for {@link Split}. */
export const split: Field<Split | null> = named<Split>(SPLITTERS, 'whitespace');

/** How a text becomes tokens. */
export interface TokenRules {
  readonly standardize: Standardize | null;
  readonly split: Split | null;
  /** Widths of n-grams: 3 stands for 1, 2 and 3. */
  readonly ngrams: number | readonly number[] | null;
}

/** The tokens of a text. */
export function tokensOf(text: string, { standardize, split, ngrams }: TokenRules): readonly string[] {
  const alike = typeof standardize === 'string' ? STANDARDIZERS[standardize]!(text) : (standardize?.(text) ?? text);
  const words = typeof split === 'string' ? SPLITTERS[split]!(alike) : (split?.(alike) ?? [alike]);
  if (ngrams === null) return words;
  const widths = typeof ngrams === 'number' ? Array.from({ length: ngrams }, (_, i) => i + 1) : ngrams;
  return widths.flatMap((width) =>
    Array.from({ length: Math.max(0, words.length - width + 1) }, (_, at) => words.slice(at, at + width).join(' ')),
  );
}
