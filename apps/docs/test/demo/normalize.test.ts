import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type GreyImage, normalized } from '../../src/demo/normalize.ts';
import { SIDE } from '../../src/demo/protocol.ts';

const PAPER = 140;

/** A filled rectangle. */
function rectangle(left: number, top: number, width: number, height: number): GreyImage {
  const values = new Float32Array(PAPER * PAPER);
  for (let y = top; y < top + height; y++) values.fill(1, y * PAPER + left, y * PAPER + left + width);
  return { values, side: PAPER };
}

function extent(pixels: Float32Array): { width: number; height: number; cx: number; cy: number } {
  const inked = Array.from(pixels.entries()).filter(([, value]) => value > 0);
  const xs = inked.map(([i]) => i % SIDE);
  const ys = inked.map(([i]) => Math.floor(i / SIDE));
  const mass = inked.reduce((sum, [, value]) => sum + value, 0);
  return {
    width: Math.max(...xs) - Math.min(...xs) + 1,
    height: Math.max(...ys) - Math.min(...ys) + 1,
    cx: inked.reduce((sum, [i, value]) => sum + value * ((i % SIDE) + 0.5), 0) / mass,
    cy: inked.reduce((sum, [i, value]) => sum + value * (Math.floor(i / SIDE) + 0.5), 0) / mass,
  };
}

describe('a drawing made like MNIST', () => {
  test('an empty one has no pixels', () => {
    expect(normalized({ values: new Float32Array(PAPER * PAPER), side: PAPER })).toBeNull();
  });

  test('the longer side becomes 20 pixels, the other follows, the mass is centred', () => {
    expect(extent(normalized(rectangle(10, 5, 40, 80))!)).toEqual({ width: 10, height: 20, cx: 14, cy: 14 });
    expect(extent(normalized(rectangle(60, 70, 70, 14))!)).toMatchObject({ width: 20, height: 4 });
  });

  test('where one draws does not matter', () => {
    const shapes = fc.record({
      left: fc.nat(60),
      top: fc.nat(60),
      width: fc.integer({ min: 1, max: 70 }),
      height: fc.integer({ min: 1, max: 70 }),
    });
    fc.assert(
      fc.property(shapes, ({ left, top, width, height }) => {
        expect(normalized(rectangle(left, top, width, height))).toEqual(normalized(rectangle(0, 0, width, height)));
      }),
      { numRuns: 50 },
    );
  });

  test('a grey pixel keeps its grey, and a covered area its mean', () => {
    const values = new Float32Array(PAPER * PAPER);
    // 40 x 40 with every second column inked: shrunk by two, each pixel is half ink.
    for (let y = 0; y < 40; y++) for (let x = 0; x < 40; x++) values[y * PAPER + x] = x % 2;
    // The box begins at the first inked column.
    values.fill(1, 0, 1);
    const pixels = normalized({ values, side: PAPER })!;
    expect(pixels[14 * SIDE + 14]).toBeCloseTo(0.5, 6);
  });
});
