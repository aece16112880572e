// The options every optimizer has, against plain arithmetic around the simplest rule, w -= rate g.
import { cpu } from '@nablajs/backend-cpu';
import { reference } from '@nablajs/backend-reference';
import { compile, setBackend, type Tensor, tensor, type Variable, variable } from '@nablajs/tensor';
import { beforeAll, describe, expect, test } from 'vitest';
import { Adam, ExponentialDecay, SGD } from '../src/index.ts';

const values = async (w: Variable): Promise<number[]> => [...(await w.value.data())];
const close = (found: readonly number[], expected: readonly number[]): void => {
  expect(found).toHaveLength(expected.length);
  for (const [i, value] of found.entries()) expect(value).toBeCloseTo(expected[i]!, 5);
};

describe.each([
  ['reference', async () => reference()],
  ['cpu', async () => cpu()],
] as const)('on %s', (_, backend) => {
  beforeAll(async () => setBackend(await backend()));

  test('gradientAccumulationSteps: the mean gradient of three calls makes one update', async () => {
    const [w, whole] = [variable([1, 2]), variable([1, 2])];
    const options = { weightDecay: 0.1, clipNorm: 2 };
    const optimizer = new Adam(new ExponentialDecay(0.1, 1, 0.5), { ...options, gradientAccumulationSteps: 3 });
    const other = new Adam(new ExponentialDecay(0.1, 1, 0.5), options);
    const step = compile((g: Tensor) => optimizer.apply([w], [g]));
    const gradients = [
      [3, 0],
      [6, -3],
      [0, 9],
      [1, 1],
      [4, 1],
      [1, -5],
      [7, 7],
    ];
    for (const [i, g] of gradients.entries()) {
      const before = await values(w);
      await step(tensor(g));
      if (i % 3 < 2) expect(await values(w)).toEqual(before);
      else {
        const three = gradients.slice(i - 2, i + 1);
        other.apply([whole], [tensor([0, 1].map((k) => three.reduce((sum, each) => sum + each[k]!, 0) / 3))]);
        close(await values(w), await values(whole));
      }
      expect(await optimizer.iterations.value.item()).toBe(Math.floor((i + 1) / 3));
    }
    expect(step.stats.traces).toBe(1);
  });

  test('useEma: the average follows, and takes over every so many updates and at the end', async () => {
    const w = variable([1, -1], { name: 'w' });
    const optimizer = new SGD(0.5, { useEma: true, emaMomentum: 0.75, emaOverwriteFrequency: 3 });
    const step = compile((g: Tensor) => optimizer.apply([w], [g]));
    let [point, average] = [
      [1, -1],
      [0, 0],
    ];
    for (const [i, g] of [
      [1, 2],
      [3, -4],
      [-2, 2],
      [1, 1],
      [5, 0],
    ].entries()) {
      await step(tensor(g));
      point = point.map((value, k) => value - 0.5 * g[k]!);
      average = average.map((value, k) => (i === 0 ? point[k]! : 0.75 * value + 0.25 * point[k]!));
      if ((i + 1) % 3 === 0) point = average;
      close(await values(w), point);
      close(await values(optimizer.averageOf(w)!), average);
    }
    expect(optimizer.variables.map(({ name }) => name)).toEqual(['iterations', 'learningRate', 'w/average']);
    optimizer.finalize([w]);
    close(await values(w), average);
  });
});

describe('parameters by name', () => {
  beforeAll(() => setBackend(reference()));

  test('learningRateMultipliers: the longest part of a name that fits decides, for weight decay too', async () => {
    const parameters = ['encoder/dense_1/kernel', 'encoder/dense_1/bias', 'head/kernel', 'frozen/kernel'].map((name) =>
      variable([2], { name }),
    );
    const optimizer = new SGD(0.5, {
      weightDecay: 0.1,
      learningRateMultipliers: { encoder: 0.5, 'encoder/dense_1/bias': 4, frozen: 0 },
    });
    optimizer.apply(
      parameters,
      parameters.map(() => tensor([1])),
    );
    const expected = [0.25, 2, 0.5, 0].map((rate) => 2 - 2 * 0.1 * rate - rate);
    for (const [i, w] of parameters.entries()) close(await values(w), [expected[i]!]);
  });
});

test('without useEma there is no average, and finalize does nothing', async () => {
  setBackend(reference());
  const w = variable([1]);
  const optimizer = new SGD();
  optimizer.build([w]);
  optimizer.finalize([w]);
  expect(optimizer.averageOf(w)).toBe(undefined);
  expect(await values(w)).toEqual([1]);
});

describe('errors read as prose', () => {
  const cases: Readonly<Record<string, () => unknown>> = {
    'one call': () => new SGD(0.1, { gradientAccumulationSteps: 1 }),
    'part of a call': () => new SGD(0.1, { gradientAccumulationSteps: 2.5 }),
    'average of more than all': () => new SGD(0.1, { useEma: true, emaMomentum: 1.5 }),
    'overwriting every 0 updates': () => new SGD(0.1, { useEma: true, emaOverwriteFrequency: 0 }),
    'overwriting with nothing': () => new SGD(0.1, { emaOverwriteFrequency: 10 }),
    'negative multiplier': () => new SGD(0.1, { learningRateMultipliers: { encoder: -1 } }),
  };

  test.each(Object.keys(cases))('%s', (name) => {
    expect(cases[name]).toThrowErrorMatchingSnapshot();
  });
});
