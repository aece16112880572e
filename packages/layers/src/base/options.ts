// What a layer, initializer or regularizer may be given: each option with its rule, so that a wrong value is refused where
// it is written, by name, and a missing one gets its default.
import { adviceFor, ConfigError, isRecord } from '@nablajs/tensor';
import { isPieceJSON } from './json.ts';

/** The rule of one option. */
export interface Field<T> {
  /** What the option must be, for messages. */
  readonly must: string;
  /** The default; `undefined` when the option must be given. */
  readonly fallback: T | undefined;
  /** The value in its normal form; `undefined` when it is refused. `place` is the name for messages, `Dense: units`. */
  readonly read: (value: unknown, place: string) => T | undefined;
}

/** Options by name. */
export type Fields = Readonly<Record<string, Field<unknown>>>;

/** What {@link readOptions} returns: a value for every field. */
export type Values<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never;
};

/** What every layer takes besides its own options. */
export interface LayerOptions {
  /** Unique within a model. Default: the model chooses, after the class: `dense`, `dense_1`, ... */
  readonly name?: string;
  /** `false` freezes the layer: its weights are not trained and its state is kept. Default `true`. */
  readonly trainable?: boolean;
}

/** An options type as the complete configuration it leads to. */
export type Complete<O> = { readonly [K in keyof O as Exclude<K, keyof LayerOptions>]-?: O[K] };

/**
 * Options checked and completed with defaults; `undefined` counts as not given.
 * @throws ConfigError naming class and option, for wrong values, missing ones, and names that do not exist
 */
export function readOptions<F extends Fields>(type: string, fields: F, given: object): Values<F> {
  const options = given as Readonly<Record<string, unknown>>;
  const known = Object.keys(fields);
  const stray = Object.keys(options).find((key) => !known.includes(key));
  if (stray !== undefined) throw new ConfigError(`${type}: option '${stray}' is unknown. ${adviceFor(stray, known)}`);
  const entries = known.map((name) => [name, readField(`${type}: ${name}`, fields[name]!, options[name])]);
  return Object.fromEntries(entries) as Values<F>;
}

/**
 * Positional arguments and options as one object. The first argument may be that object already:
 * `positional({ units: { units: 3 } }, {})` is `{ units: 3 }`.
 */
export function positional(main: Readonly<Record<string, unknown>>, options: object): object {
  const [first] = Object.values(main);
  return { ...options, ...(isRecord(first) && !isPieceJSON(first) ? first : main) };
}

/** {@link readOptions} for a layer, which also takes {@link LayerOptions}. */
export function readLayerOptions<F extends Fields>(
  type: string,
  fields: F,
  given: object,
): Values<F> & Required<LayerOptions> {
  return readOptions(type, { ...fields, name: text(''), trainable: flag(true) }, given) as Values<F> &
    Required<LayerOptions>;
}

function readField<T>(place: string, field: Field<T>, value: unknown): T {
  if (value === undefined) {
    if (field.fallback !== undefined) return field.fallback;
    throw new ConfigError(`${place} is missing. It must be ${field.must}.`);
  }
  const normal = field.read(value, place);
  if (normal === undefined) throw new ConfigError(`${place} must be ${field.must}, got ${shown(value)}.`);
  return normal;
}

function shown(value: unknown): string {
  return typeof value === 'function' ? 'a function' : typeof value === 'number' ? String(value) : JSON.stringify(value);
}

function field<T>(must: string, fallback: T | undefined, accepts: (value: unknown) => boolean): Field<T> {
  return { must, fallback, read: (value) => (accepts(value) ? (value as T) : undefined) };
}

const isReal = (value: unknown): value is number => Number.isFinite(value);
const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 1;

/** A whole number of at least 1. */
export function count(fallback?: number): Field<number> {
  return field('a whole number of at least 1', fallback, isCount);
}

/** Any whole number. */
export function whole(fallback?: number): Field<number> {
  return field('a whole number', fallback, Number.isInteger);
}

/** A finite number. */
export function real(fallback?: number): Field<number> {
  return field('a number', fallback, isReal);
}

/** A finite number of at least 0. */
export function nonNegative(fallback?: number): Field<number> {
  return field('a number of at least 0', fallback, (value) => isReal(value) && value >= 0);
}

/** A finite number above 0. */
export function positive(fallback?: number): Field<number> {
  return field('a number above 0', fallback, (value) => isReal(value) && value > 0);
}

/** A number from 0 to 1. */
export function fraction(fallback?: number): Field<number> {
  return field('a number from 0 to 1', fallback, (value) => isReal(value) && value >= 0 && value <= 1);
}

/** True or false. */
export function flag(fallback: boolean): Field<boolean> {
  return field('true or false', fallback, (value) => typeof value === 'boolean');
}

/** Text. */
export function text(fallback: string): Field<string> {
  return field('text', fallback, (value) => typeof value === 'string');
}

/** One of a few words. */
export function choice<T extends string>(words: readonly T[], fallback: T): Field<T> {
  const last = words.length - 1;
  const list = words.map((word, i) => `${i === 0 ? '' : i === last ? ' or ' : ', '}'${word}'`).join('');
  return field(list, fallback, (value) => words.includes(value as T));
}

/** A list of whole numbers that pass a test. */
export function wholeList(must: string, accepts: (value: number) => boolean = () => true): Field<readonly number[]> {
  const fits = (item: unknown): boolean => Number.isInteger(item) && accepts(item as number);
  return field<readonly number[]>(must, undefined, (value) => Array.isArray(value) && value.every(fits));
}

/** One whole number of at least 1 for all of `rank` axes, or a list of `rank`. The normal form is the list. */
export function perAxis(rank: number, fallback?: number): Field<readonly number[]> {
  const repeated = (value: number): number[] => new Array<number>(rank).fill(value);
  return {
    must: rank === 1 ? 'a whole number of at least 1' : `a whole number of at least 1, or a list of ${rank}`,
    fallback: fallback === undefined ? undefined : repeated(fallback),
    read: (value) => {
      if (isCount(value)) return repeated(value);
      return Array.isArray(value) && value.length === rank && value.every(isCount) ? [...value] : undefined;
    },
  };
}

/** A field that may also be `null`, and is so by default. */
export function optional<T>(inner: Field<T>): Field<T | null> {
  return {
    must: `${inner.must}, or null`,
    fallback: null,
    read: (value, place) => (value === null ? null : inner.read(value, place)),
  };
}
