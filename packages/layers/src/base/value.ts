// What layers take and return: one tensor, or a list of them. The same forms exist for specs, placeholders and masks.
import { isTensor, type Spec, type Tensor } from '@nablajs/tensor';
import type { Placeholder } from './placeholder.ts';

/** One tensor, or several. */
export type Value = Tensor | readonly Tensor[];

/** `V` with something else in the place of every tensor: a list for a list, a tuple for a tuple. */
type InPlaceOf<V extends Value, T> = V extends Tensor ? T : { readonly [K in keyof V]: T };

/** The specs of a value: `Spec` for one tensor, a list of them for a list. */
export type SpecsOf<V extends Value> = InPlaceOf<V, Spec>;

/** The placeholders that stand for a value. */
export type PlaceholdersOf<V extends Value> = InPlaceOf<V, Placeholder>;

/** The masks of a value; `null` for a tensor without one. */
export type MasksOf<V extends Value> = InPlaceOf<V, Tensor | null>;

/** One thing or a list of things, as a list. */
export function listOf<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : [value as T];
}

/** `f` of one thing, or of each in a list. */
export function mapEach<A, B>(value: A | readonly A[], f: (item: A) => B): B | readonly B[] {
  return Array.isArray(value) ? (value as readonly A[]).map((item) => f(item)) : f(value as A);
}

/** True for a tensor, or a list of them. */
export function isValue(x: unknown): x is Value {
  return Array.isArray(x) ? x.every(isTensor) : isTensor(x);
}

/** The spec of a tensor, or those of a list. */
export function specsOf<V extends Value>(value: V): SpecsOf<V> {
  return mapEach<Tensor, Spec>(value, ({ spec }) => spec) as SpecsOf<V>;
}
