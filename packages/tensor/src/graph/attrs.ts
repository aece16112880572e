// Attrs compared by structure.
import type { Attrs, AttrValue } from './graph.ts';

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
