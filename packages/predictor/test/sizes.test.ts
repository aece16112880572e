import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyBatch, atBatch, type Json } from '../src/sizes.ts';

const BATCHES = [1009, 2003] as const;

/** What a graph has where it computes with the size of its batch. */
function found(f: (size: number) => number): Json | null {
  return anyBatch({ batches: BATCHES, values: BATCHES.map(f) as [number, number] });
}

const size = fc.integer({ min: 1, max: 5000 });
const perSample = fc.integer({ min: 1, max: 600 });

test('sizes that grow with the batch are found', () => {
  fc.assert(
    fc.property(size, perSample, fc.integer({ min: -3, max: 50 }), (batch, each, plus) => {
      const value = found((n) => n * each + plus);
      expect(atBatch(value, batch)).toBe(batch * each + plus);
    }),
  );
});

test('the factors of means, and of penalties that are means, are found to the last bit', () => {
  // As `1 / n`, `factor / n` and `factor * (1 / n)` are written.
  const factor = fc.constantFrom(1, -1, 2, 0.5, 0.01, 1e-4, 0.3, -0.07);
  fc.assert(
    fc.property(size, perSample, factor, (batch, each, factor) => {
      expect(
        atBatch(
          found((n) => 1 / (n * each)),
          batch,
        ),
      ).toBe(1 / (batch * each));
      for (const f of [(n: number): number => factor / (n * each), (n: number): number => factor * (1 / (n * each))]) {
        const [value, wanted] = [atBatch(found(f), batch) as number, f(batch)];
        // Several ways of writing a number may agree at both sizes; they are the same single at any.
        expect(Math.fround(value)).toBe(Math.fround(wanted));
      }
    }),
    { numRuns: 60 },
  );
});

test('what is neither is refused', () => {
  expect(found((n) => Math.sqrt(n))).toBeNull();
  expect(found((n) => 1 / n ** 2 + 0.1)).toBeNull();
});
