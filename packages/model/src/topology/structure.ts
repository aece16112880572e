// Models take and give one tensor, a list, or a record of them. Inside, everything is a list.
import type { Placeholder, SpecsOf, Value } from '@nablajs/layers';
import { ConfigError, closest, isRecord, type Tensor } from '@nablajs/tensor';

type Leaf = Tensor | Placeholder;

/** One tensor, a list, or a record of them; placeholders stand for tensors. */
export type Structure = Leaf | readonly Leaf[] | { readonly [name: string]: Leaf };

/** A structure with tensors for placeholders. */
export type TensorsIn<S extends Structure> = S extends Leaf ? Tensor : { readonly [K in keyof S]: Tensor };

/** A structure as a layer takes or gives it, where a record is a list. */
export type ValueIn<S extends Structure> = S extends Leaf
  ? Tensor
  : S extends readonly Leaf[]
    ? { readonly [K in keyof S]: Tensor }
    : readonly Tensor[];

/** Specs of a {@link ValueIn}. */
export type SpecsIn<S extends Structure> = SpecsOf<ValueIn<S>>;

/** The form of a structure: what is to be made of a list of its leaves. */
export type Form = 'one' | 'list' | readonly string[];

/** The form of something given as one leaf, a list or a record of them. */
export function formOf(structure: unknown): Form {
  if (Array.isArray(structure)) return 'list';
  return isRecord(structure) ? Object.keys(structure) : 'one';
}

/** The leaves of one leaf, a list or a record, in order. */
export function leavesOf<T>(structure: T | readonly T[] | { readonly [name: string]: T }): readonly T[] {
  if (Array.isArray(structure)) return structure;
  return isRecord(structure) ? (Object.values(structure) as T[]) : [structure as T];
}

/** Leaves in a form. */
export function inForm<T>(leaves: readonly T[], form: Form): T | readonly T[] | { readonly [name: string]: T } {
  if (form === 'one') return leaves[0]!;
  return form === 'list' ? leaves : Object.fromEntries(form.map((name, i) => [name, leaves[i]!]));
}

/** Leaves as a layer takes them. */
export function asValue(leaves: readonly Tensor[], form: Form): Value {
  return form === 'one' ? leaves[0]! : leaves;
}

/** The places that data can be given for. */
export interface Places {
  /** `input` or `output`, for messages. */
  readonly what: string;
  readonly names: readonly string[];
  readonly form: Form;
}

/**
 * What was given for each place, in order: as it is for one place, in a list, or in a record under the names.
 * @param caller for messages, `fit: x`
 * @throws ConfigError when there are too few or too many, or a name is unknown
 */
export function perPlace<T>(caller: string, given: unknown, { what, names, form }: Places): readonly T[] {
  if (isRecord(given)) {
    const stray = Object.keys(given).find((name) => !names.includes(name));
    if (stray !== undefined) {
      const near = closest(stray, names);
      throw new ConfigError(
        `${caller}: '${stray}' is no ${what} of the model, which has ${listed(names)}.${near ? ` Did you mean '${near}'?` : ''}`,
      );
    }
    const missing = names.find((name) => given[name] === undefined);
    if (missing === undefined) return names.map((name) => given[name] as T);
    throw new ConfigError(`${caller}: ${what} '${missing}' is missing. Give one entry for each of ${listed(names)}.`);
  }
  if (form === 'one') return [given as T];
  if (Array.isArray(given) && given.length === names.length) return given as T[];
  const found = Array.isArray(given) ? `a list of ${given.length}` : 'a single one';
  throw new ConfigError(
    `${caller}: the model has ${names.length} ${what}s, got ${found}. Give a list of ${names.length}, or a record: { ${names.join(', ')} }.`,
  );
}

/** `'a', 'b' and 'c'`. */
export function listed(names: readonly string[]): string {
  const quoted = names.map((name) => `'${name}'`);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`;
}
