import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Allocator, type Block } from '../../src/memory/allocator.ts';
import { arrange } from '../../src/plan/arena.ts';

test('blocks never overlap, are aligned, and come back', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(200000), fc.boolean(), fc.nat(1000)), { size: 'max', maxLength: 200 }),
      (steps) => {
        let reserved = 0;
        const allocator = new Allocator(65536, (end) => {
          reserved = Math.max(reserved, end);
          return true;
        });
        const live: Block[] = [];
        for (const [bytes, frees, which] of steps) {
          if (frees && live.length > 0) allocator.free(live.splice(which % live.length, 1)[0]!);
          else live.push(allocator.allocate(bytes)!);
        }
        const sorted = [...live].sort((a, b) => a.address - b.address);
        sorted.forEach(({ address, bytes }, i) => {
          expect(address % 64).toBe(0);
          expect(address).toBeGreaterThanOrEqual(65536);
          expect(address + bytes).toBeLessThanOrEqual(sorted[i + 1]?.address ?? reserved);
        });
      },
    ),
    { numRuns: 100 },
  );
});

test('large blocks that were freed are one range again', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 40000, max: 300000 }), { minLength: 1, maxLength: 40 }),
      fc.nat(),
      (sizes, seed) => {
        let reserved = 0;
        const allocator = new Allocator(65536, (end) => {
          reserved = Math.max(reserved, end);
          return true;
        });
        const live = sizes.map((bytes) => allocator.allocate(bytes)!);
        for (let turn = seed; live.length > 0; turn += 7) allocator.free(live.splice(turn % live.length, 1)[0]!);
        const before = reserved;
        expect(allocator.allocate(before - 65536)).not.toBeNull();
        expect(reserved).toBe(before);
      },
    ),
  );
});

test('no room is said, not thrown', () => {
  const allocator = new Allocator(65536, (end) => end < 1e6);
  expect(allocator.allocate(2e6)).toBeNull();
  expect(allocator.allocate(1000)).not.toBeNull();
});

test('spans that live together lie apart, and the arena is not larger than all of them', () => {
  const span = fc.record({ bytes: fc.integer({ min: 1, max: 1000 }), first: fc.nat(30), length: fc.nat(10) });
  fc.assert(
    fc.property(fc.array(span, { maxLength: 60 }), (list) => {
      const spans = list.map(({ bytes, first, length }) => ({ bytes: bytes * 64, first, last: first + length }));
      const { offsets, bytes } = arrange(spans);
      spans.forEach((a, i) => {
        for (const b of spans.slice(i + 1)) {
          if (a.last < b.first || b.last < a.first) continue;
          const [x, y] = [offsets.get(a)!, offsets.get(b)!];
          expect(x + a.bytes <= y || y + b.bytes <= x).toBe(true);
        }
      });
      const most = Math.max(
        0,
        ...Array.from({ length: 41 }, (_, t) =>
          spans.reduce((sum, s) => sum + (s.first <= t && t <= s.last ? s.bytes : 0), 0),
        ),
      );
      expect(bytes).toBeGreaterThanOrEqual(most);
      expect(bytes).toBeLessThanOrEqual(spans.reduce((sum, s) => sum + s.bytes, 0));
    }),
  );
});
