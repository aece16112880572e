// Tensors in arrays and records, as functions take and return them.
import type { Tensor } from './tensor.ts';

/** A value, or arrays and records of them to any depth. */
export type Tree<T> = T | readonly Tree<T>[] | { readonly [key: string]: Tree<T> };

/** True for `{...}` literals and objects without a class. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The same arrays and records with every leaf (anything else) replaced by `f(leaf, path)`. */
export function mapTree(value: unknown, f: (leaf: unknown, path: string) => unknown, path = ''): unknown {
  if (Array.isArray(value)) return value.map((item, i) => mapTree(item, f, `${path}[${i}]`));
  if (!isRecord(value)) return f(value, path);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, mapTree(item, f, path ? `${path}.${key}` : key)]),
  );
}

/** What every copy of this package names its tensors. */
export const TENSOR = 'nabla.Tensor';

/** True for tensors, of any copy of this package. */
export function isTensor(value: unknown): value is Tensor {
  return (value as Tensor | null | undefined)?.[Symbol.toStringTag] === TENSOR;
}
