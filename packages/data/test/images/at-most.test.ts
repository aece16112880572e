import { expect, it } from 'vitest';
import { atMost } from '../../src/images/at-most.ts';

it.each([1, 3, Number.POSITIVE_INFINITY])(
  'at most %d calls run at a time, begun in order, failures included',
  async (most) => {
    const begun: number[] = [];
    let [running, highest] = [0, 0];
    const limited = atMost(most, async (i: number) => {
      begun.push(i);
      highest = Math.max(highest, ++running);
      await new Promise((done) => setTimeout(done, (i * 7) % 5));
      running--;
      if (i === 4) throw new Error('the fourth');
    });
    const outcomes = await Promise.allSettled(Array.from({ length: 12 }, (_, i) => limited(i)));
    expect(outcomes.map(({ status }) => status === 'rejected')).toEqual(outcomes.map((_, i) => i === 4));
    expect(begun).toEqual(Array.from({ length: 12 }, (_, i) => i));
    expect(highest).toBe(Math.min(most, 12));
  },
);
