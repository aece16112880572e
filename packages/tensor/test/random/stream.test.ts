import { reference } from '@nablajs/backend-reference';
import {
  ConfigError,
  compile,
  debug,
  RandomStream,
  randomBernoulli,
  randomStream,
  randomUniform,
  setBackend,
  setSeed,
  type Tensor,
  withRandomStream,
  zeros,
} from '@nablajs/tensor';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';

beforeAll(() => setBackend(reference()));
afterEach(() => debug({ eager: false }));

describe('a stream', () => {
  test('permutations hold every number once, and differ', () => {
    const stream = new RandomStream(5);
    for (const count of [0, 1, 2, 17, 1000]) {
      expect([...stream.permutation(count)].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
    }
    expect(stream.permutation(100)).not.toEqual(stream.permutation(100));
    expect(new RandomStream(5).permutation(100)).toEqual(new RandomStream(5).permutation(100));
  });

  test('permutations of three come all six, equally often', () => {
    const stream = new RandomStream(1);
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const key = stream.permutation(3).join('');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    // Five standard deviations of a binomial with p = 1/6.
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(145);
  });

  test('continues from its state', () => {
    const stream = new RandomStream(-77);
    stream.words(10);
    const copy = RandomStream.from(stream.state);
    expect(copy.words(10)).toEqual(stream.words(10));
    expect(copy.state).toEqual(stream.state);
  });

  test('splits into streams of their own', () => {
    const stream = new RandomStream(9);
    const [a, b] = [stream.split(), stream.split()];
    const all = [stream, a, b].flatMap((s) => [...s.words(50)]);
    expect(new Set(all).size).toBeGreaterThan(148);
    const again = new RandomStream(9);
    expect(again.split().words(3)).toEqual(new RandomStream(9).split().words(3));
  });

  test('takes whole numbers of any size and sign as seeds, all different', () => {
    const seeds = [0, 1, -1, 2 ** 31, 2 ** 32 + 1, 2 ** 40, Number.MAX_SAFE_INTEGER];
    const first = seeds.map((seed) => new RandomStream(seed).words(2).join());
    expect(new Set(first).size).toBe(seeds.length);
    expect(() => new RandomStream(0.5)).toThrow(ConfigError);
    expect(() => setSeed(Number.NaN)).toThrow('setSeed: the seed must be a whole number, got NaN');
  });

  test('setSeed makes earlier streams stale', () => {
    setSeed(1);
    const stream = randomStream();
    expect(stream.isStale).toBe(false);
    setSeed(1);
    expect(stream.isStale).toBe(true);
  });

  test('withRandomStream draws from another stream and comes back', async () => {
    setSeed(4);
    const expected = await randomUniform([3]).data();
    setSeed(4);
    const inner = withRandomStream(new RandomStream(99), () => randomUniform([3]));
    expect(await randomUniform([3]).data()).toEqual(expected);
    expect(await inner.data()).toEqual(await withRandomStream(new RandomStream(99), () => randomUniform([3])).data());
    expect(() =>
      withRandomStream(new RandomStream(1), () => {
        throw new Error('inside');
      }),
    ).toThrow('inside');
    setSeed(4);
    expect(await randomUniform([3]).data()).toEqual(expected);
  });
});

describe('draws in compiled functions', () => {
  const draw = (): ((x: Tensor) => Promise<Tensor>) =>
    compile((x: Tensor) => x.add(randomUniform([4])).add(randomUniform([4]).mul(2)));

  test('advance with every run, and start again with the seed', async () => {
    const f = draw();
    setSeed(8);
    const runs = [await f(zeros([4])), await f(zeros([4])), await f(zeros([4]))];
    const values = await Promise.all(runs.map((x) => x.data()));
    expect(new Set(values.map((v) => v.join())).size).toBe(3);
    setSeed(8);
    for (const expected of values) expect(await (await f(zeros([4]))).data()).toEqual(expected);
  });

  test('several draws of one run differ', async () => {
    const f = compile(() => [randomUniform([8]), randomUniform([8])] as const);
    const [a, b] = await f();
    expect(await a.data()).not.toEqual(await b.data());
  });

  test('are the same in debug({ eager: true })', async () => {
    const f = draw();
    setSeed(8);
    const compiled = [await (await f(zeros([4]))).data(), await (await f(zeros([4]))).data()];
    debug({ eager: true });
    setSeed(8);
    const eager = [await (await f(zeros([4]))).data(), await (await f(zeros([4]))).data()];
    expect(eager).toEqual(compiled);
  });

  test('calls take their keys in the order they are made', async () => {
    const f = compile(() => randomUniform([2]));
    const g = compile(() => randomBernoulli([64], 0.5));
    setSeed(3);
    const together = await Promise.all([f(), g(), f()]);
    setSeed(3);
    const apart = [await f(), await g(), await f()];
    for (const [i, x] of together.entries()) expect(await x.data()).toEqual(await apart[i]!.data());
  });
});
