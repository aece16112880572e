import { EXACT, expectClose } from '@nablajs/testkit';
import { describe, expect, test } from 'vitest';

const close = (found: readonly number[], truth: readonly number[], relative: number, floor = 0): (() => void) => {
  return () => expectClose('x', Float32Array.from(found), truth, { relative, floor });
};

describe('expectClose', () => {
  test('errors count relative to the truth', () => {
    expect(close([1.00001, 1000.01], [1, 1000], 2e-5)).not.toThrow();
    expect(close([1.0001], [1], 2e-5)).toThrow('x: 1 of 1 elements differ, relative tolerance 0.00002: [0] is');
    expect(close([1e-6 * 1.1], [1e-6], 1e-3)).toThrow();
  });

  test('with a floor, relative to the largest too', () => {
    expect(close([1, 1e-6], [1, 0], 1e-5, 0)).toThrow('[1] is');
    expect(close([1, 1e-6], [1, 0], 1e-5, 0.1)).not.toThrow();
    expect(close([1, 2e-6], [1, 0], 1e-5, 0.1)).toThrow();
  });

  test('NaN, infinities and what float32 cannot hold', () => {
    const inf = Number.POSITIVE_INFINITY;
    expect(close([Number.NaN, inf, -inf], [Number.NaN, inf, -inf], 0)).not.toThrow();
    expect(close([inf], [1e300], 0)).not.toThrow();
    expect(close([0], [Number.NaN], 1, 1)).toThrow();
    expect(close([Number.NaN], [0], 1, 1)).toThrow();
    expect(close([inf], [-inf], 1, 1)).toThrow();
    expect(close([3.4e38], [inf], 1, 1)).toThrow();
    // An infinity among the truths does not make everything else right.
    expect(close([inf, 1], [inf, 2], 1e-3, 0.1)).toThrow('[1] is 1, expected 2');
  });

  test('zeros have no sign; integers no tolerance', () => {
    expect(close([-0], [0], 0)).not.toThrow();
    expect(() => expectClose('x', Int32Array.of(2 ** 30 + 1), [2 ** 30], EXACT)).toThrow();
    expect(() => expectClose('x', Float32Array.of(0.1), [0.1], EXACT)).not.toThrow();
  });

  test('sizes must agree', () => {
    expect(close([1], [1, 2], 1)).toThrow('x: 1 elements, expected 2');
  });
});
