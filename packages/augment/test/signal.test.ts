import { reference } from '@nablajs/backend-reference';
import { fromData, ones, setBackend, setSeed, type Tensor } from '@nablajs/tensor';
import { beforeEach, describe, expect, it } from 'vitest';
import { FrequencyMasking, RandomGain, RandomNoise, RandomTimeShift, TimeMasking } from '../src/index.ts';

setBackend(reference());
beforeEach(() => setSeed(3));
const train = { training: true };
const ramp = (): Tensor => fromData(Float32Array.of(1, 2, 3, 4, 5), [1, 5, 1]);
const values = async (x: Tensor): Promise<number[]> => Array.from((await x.data()) as Float32Array);

describe('series', () => {
  it('shift by whole steps, and come in again or not', async () => {
    expect(await values(new RandomTimeShift([0.4, 0.4]).apply(ramp(), train))).toEqual([0, 0, 1, 2, 3]);
    expect(await values(new RandomTimeShift([-0.4, -0.4], { fillMode: 'wrap' }).apply(ramp(), train))).toEqual([
      3, 4, 5, 1, 2,
    ]);
    expect(await values(new RandomTimeShift(0.4).apply(ramp()))).toEqual([1, 2, 3, 4, 5]);
  });

  it('grow and shrink as a whole', async () => {
    const out = await values(new RandomGain(0.5).apply(ramp(), train));
    for (const [i, value] of out.entries()) expect(value / (i + 1)).toBeCloseTo(out[0]!, 5);
    expect(out[0]).toBeGreaterThanOrEqual(0.5);
    expect(out[0]).toBeLessThanOrEqual(1.5);
  });

  it('take noise of a deviation of their own', async () => {
    const out = await values(new RandomNoise(2).apply(ones([1, 5000, 1]), train));
    const deviation = Math.sqrt(out.reduce((sum, value) => sum + (value - 1) ** 2, 0) / 5000);
    expect(deviation).toBeGreaterThan(0);
    expect(deviation).toBeLessThan(2.1);
  });
});

describe('spectrograms', () => {
  it.each([
    ['time', new TimeMasking({ factor: 0.3, masks: 2 }), 1],
    ['frequency', new FrequencyMasking({ factor: 0.3, masks: 2 }), 2],
  ] as const)('hide whole spans of %s', async (_, layer, axis) => {
    const out = layer.apply(ones([20, 10, 10, 1]), train);
    // Along the hidden axis a place is hidden everywhere or nowhere.
    const other = axis === 1 ? 2 : 1;
    const [low, high] = [await values(out.min([other])), await values(out.max([other]))];
    expect(low).toEqual(high);
    const hidden = low.filter((value) => value === 0).length;
    expect(hidden).toBeGreaterThan(0);
    expect(hidden).toBeLessThanOrEqual(20 * 6);
  });
});
