import type { NestedArray, Tensor } from '@nablajs/tensor';
import { expect } from 'vitest';

/** Expects the shape and, to within `tolerance` of the largest value, the numbers. */
export async function expectNear(actual: Tensor, expected: NestedArray, tolerance = 1e-5): Promise<void> {
  const found = await actual.array();
  expect(shapeOf(found)).toEqual(shapeOf(expected));
  const [a, b] = [flat(found), flat(expected)];
  const scale = Math.max(1, ...b.filter(Number.isFinite).map(Math.abs));
  const apart = b.findIndex((value, i) => !Object.is(value, a[i]) && !(Math.abs(value - a[i]!) <= tolerance * scale));
  if (apart >= 0) expect(found, `element ${apart}: ${a[apart]} instead of ${b[apart]}`).toEqual(expected);
}

function flat(values: NestedArray): number[] {
  return typeof values === 'object' ? values.flatMap(flat) : [Number(values)];
}

function shapeOf(values: NestedArray): number[] {
  return Array.isArray(values) ? [values.length, ...(values.length > 0 ? shapeOf(values[0] as NestedArray) : [])] : [];
}
