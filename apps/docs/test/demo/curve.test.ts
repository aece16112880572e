import { describe, expect, test } from 'vitest';
import { pathOf, scaleOf, smoothed, ticks } from '../../src/demo/curve.ts';

describe('the geometry of the loss curve', () => {
  test('ticks are round and reach the top', () => {
    expect(ticks(2.5, 5)).toEqual([0, 0.5, 1, 1.5, 2, 2.5]);
    expect(ticks(94, 8)).toEqual([0, 20, 40, 60, 80, 100]);
    expect(ticks(0, 5)).toEqual([0, 1]);
  });

  test('zero loss lies on the axis, the highest on top, and more is cut off', () => {
    const { x, y } = scaleOf({ left: 40, top: 10, width: 200, height: 100 }, 50, 2);
    expect([x(0), x(50), y(0), y(2), y(1), y(9)]).toEqual([40, 240, 110, 10, 60, 10]);
  });

  test('a path goes through its points', () => {
    const scale = scaleOf({ left: 0, top: 0, width: 10, height: 10 }, 10, 10);
    expect(
      pathOf(
        [
          [0, 0],
          [10, 10],
        ],
        scale,
      ),
    ).toBe('M0.0 10.0L10.0 0.0');
    expect(pathOf([], scale)).toBe('');
  });

  test('the moving average of equal losses is that loss from the first step on', () => {
    for (const [, loss] of smoothed([
      [1, 3],
      [2, 3],
      [3, 3],
    ]))
      expect(loss).toBeCloseTo(3, 12);
    // With weights 1 and 0.5, from the newest: (0.5 * 1 + 1 * 4) / 1.5.
    expect(
      smoothed(
        [
          [1, 1],
          [2, 4],
        ],
        0.5,
      )[1]![1],
    ).toBeCloseTo(3, 12);
  });
});
