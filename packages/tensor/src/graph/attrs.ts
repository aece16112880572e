// Attrs compared by structure.
import type { Attrs, AttrValue } from './graph.ts';

/** True when two attr values are equal by structure; NaN equals itself, 0 differs from -0. */
export function sameAttr(a: AttrValue, b: AttrValue): boolean {
  if (Object.is(a, b)) return true;
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
  return a.every((value: AttrValue, i) => sameAttr(value, b[i] as AttrValue));
}

/** True when two sets of attrs are equal by structure. */
export function sameAttrs(a: Attrs, b: Attrs): boolean {
  if (a === b) return true;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => key in b && sameAttr(a[key]!, b[key]!));
}

/** A text equal exactly for equal attrs. */
export function attrsKey(attrs: Attrs): string {
  return Object.keys(attrs)
    .sort()
    .map((key) => `${key}=${valueKey(attrs[key]!)}`)
    .join(';');
}

function valueKey(value: AttrValue): string {
  if (Array.isArray(value)) return `[${value.map((item: AttrValue) => valueKey(item)).join(',')}]`;
  return Object.is(value, -0) ? '-0' : typeof value === 'string' ? `"${value}"` : String(value);
}
