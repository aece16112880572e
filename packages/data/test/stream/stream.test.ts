import { ConfigError, isTensor, ShapeError, setSeed, type Tensor } from '@nablajs/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Stream } from '../../src/index.ts';

async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const seen: T[] = [];
  for await (const element of stream) seen.push(element);
  return seen;
}

const numbers = (count: number): Stream<number> => Stream.from(Array.from({ length: count }, (_, i) => i));
const asSample = (x: number) => ({ x: [x], y: x });

describe('a stream', () => {
  it('begins anew each time', async () => {
    const stream = Stream.from(function* () {
      yield 1;
      yield 2;
    });
    expect(await all(stream)).toEqual([1, 2]);
    expect(await all(stream)).toEqual([1, 2]);
    const once = (function* () {
      yield 1;
    })();
    expect(() => Stream.from(once)).toThrow(ConfigError);
  });

  it('maps, filters, takes and skips like an array', async () => {
    const counts = fc.nat(20);
    await fc.assert(
      fc.asyncProperty(counts, counts, counts, async (n, skipped, taken) => {
        const array = Array.from({ length: n }, (_, i) => i);
        const stream = Stream.from(array);
        const found = await all(
          stream
            .map(async (x) => x * 3)
            .filter((x) => x % 2 === 0)
            .skip(skipped)
            .take(taken),
        );
        expect(found).toEqual(
          array
            .map((x) => x * 3)
            .filter((x) => x % 2 === 0)
            .slice(skipped, skipped + taken),
        );
      }),
    );
  });

  it('shuffles within its buffer: an element comes at most buffer - 1 places too early, each exactly once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(60), fc.integer({ min: 1, max: 20 }), fc.integer(), async (n, size, seed) => {
        const found = await all(numbers(n).shuffle(size, { seed }));
        expect([...found].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
        for (const [place, element] of found.entries()) expect(element - place).toBeLessThan(size);
      }),
    );
  });

  it('gives every order about equally often with a buffer for everything', async () => {
    const counts = new Map<string, number>();
    const stream = numbers(3).shuffle(3, { seed: 5 });
    for (let i = 0; i < 1200; i++) {
      const order = (await all(stream)).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    // 200 expected; chi-squared with 5 degrees of freedom stays below 20.5 in 999 of 1000 cases.
    const chi = [...counts.values()].reduce((sum, count) => sum + (count - 200) ** 2 / 200, 0);
    expect(chi).toBeLessThan(20.5);
  });

  it('follows setSeed without a seed of its own, with another order in each pass', async () => {
    const stream = numbers(30).shuffle(30);
    setSeed(4);
    const [first, second] = [await all(stream), await all(stream)];
    setSeed(4);
    expect(await all(stream)).toEqual(first);
    expect(second).not.toEqual(first);
  });

  it('prepares elements ahead, in order, and passes errors on', async () => {
    expect(await all(numbers(7).prefetch(3))).toEqual([0, 1, 2, 3, 4, 5, 6]);
    const broken = numbers(5).map((x) => {
      if (x === 3) throw new Error('line 3');
      return x;
    });
    await expect(all(broken.prefetch(2))).rejects.toThrow('line 3');
  });

  it('ends its source when the loop is left early', async () => {
    let ended = false;
    const source = Stream.from(async function* () {
      try {
        for (let i = 0; ; i++) yield i;
      } finally {
        ended = true;
      }
    });
    for await (const x of source.map((x) => x).prefetch(2)) if (x === 4) break;
    expect(ended).toBe(true);
  });

  it('keeps a complete pass in memory', async () => {
    let passes = 0;
    const stream = Stream.from(function* () {
      passes++;
      yield* [1, 2, 3];
    }).cache();
    expect(await all(stream.take(2))).toEqual([1, 2]);
    expect(await all(stream)).toEqual([1, 2, 3]);
    expect(await all(stream)).toEqual([1, 2, 3]);
    expect(passes).toBe(2);
  });
});

describe('batches of a stream', () => {
  const array = (value: unknown): Promise<unknown> => (value as Tensor).array();

  it('stack samples, with weights where some have one', async () => {
    const stream = Stream.from([
      { x: [1, 2], y: 0 },
      { x: [3, 4], y: 1, sampleWeight: 2 },
      { x: [5, 6], y: 0 },
    ]);
    const [first, last] = await all(stream.batch(2));
    expect(await array(first!.x)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(await array(first!.y)).toEqual([0, 1]);
    expect(await array(first!.sampleWeight)).toEqual([1, 2]);
    expect(last!.size).toBe(1);
    expect(last!.sampleWeight).toBeUndefined();
    expect((await all(stream.batch(2, { dropRemainder: true }))).length).toBe(1);
  });

  it('stack records, typed arrays and data without targets', async () => {
    const stream = Stream.from([{ x: { a: Int32Array.of(1), b: 2 } }, { x: { a: Int32Array.of(3), b: 4 } }]);
    const [batch] = await all(stream.batch(4));
    const x = batch!.x as unknown as Record<'a' | 'b', Tensor>;
    expect([x.a.dtype, x.a.shape]).toEqual(['int32', [2, 1]]);
    expect(await x.b.array()).toEqual([2, 4]);
    expect(batch!.y).toBeUndefined();
  });

  it('fill up samples of different lengths on either side, and cut what is too long', async () => {
    const stream = Stream.from([{ x: [1, 2, 3] }, { x: [4] }]);
    const padded = async (pad: object): Promise<unknown> => array((await all(stream.batch(2, { pad })))[0]!.x);
    expect(await padded({})).toEqual([
      [1, 2, 3],
      [4, 0, 0],
    ]);
    expect(await padded({ length: 2, value: 9 })).toEqual([
      [1, 2],
      [4, 9],
    ]);
    expect(await padded({ length: 4, side: 'pre' })).toEqual([
      [0, 1, 2, 3],
      [0, 0, 0, 4],
    ]);
    await expect(all(stream.batch(2))).rejects.toThrow(ShapeError);
  });

  it('fill up rows of several features', async () => {
    const steps = Stream.from([{ x: [[1, 2]] }, { x: [[3, 4], [5, 6]] }]); // biome-ignore format: one line
    const [batch] = await all(steps.batch(2, { pad: { side: 'pre' } }));
    expect(await array(batch!.x)).toEqual([[[0, 0], [1, 2]], [[3, 4], [5, 6]]]); // biome-ignore format: one line
  });

  it('of similar lengths come together, every sample once', async () => {
    const lengths = [1, 9, 2, 8, 3, 7, 20, 2];
    const stream = Stream.from(lengths.map((n) => ({ x: new Float32Array(n).fill(n) })));
    const batches = await all(
      stream.bucketBy({ lengthOf: ({ x }) => x.length, boundaries: [4, 10], batchSize: [2, 3, 1] }),
    );
    const widths = batches.map(({ x }) => (isTensor(x) ? x.shape : null));
    expect(widths).toEqual([
      [2, 2],
      [3, 9],
      [1, 20],
      [2, 3],
    ]);
    expect(() => stream.bucketBy({ lengthOf: () => 1, boundaries: [4, 2], batchSize: 1 })).toThrow(/must rise/);
  });

  it('refuse sizes and samples that are none', async () => {
    expect(() => numbers(3).map(asSample).batch(0)).toThrow(/size must be a whole number/);
    await expect(all(Stream.from([{ x: 'word' as never }]).batch(1))).rejects.toThrow(/x is a string/);
  });
});
