// The rules of dynamic loss scaling, replayed in plain arithmetic.
import { gradients } from '@nablajs/autograd';
import { cpu } from '@nablajs/backend-cpu';
import { reference } from '@nablajs/backend-reference';
import { compile, scalar, setBackend, type Tensor, tensor, variable } from '@nablajs/tensor';
import { beforeAll, describe, expect, test } from 'vitest';
import { Adam, ExponentialDecay, LossScaleOptimizer, optimizerFrom, SGD } from '../src/index.ts';

describe.each([
  ['reference', async () => reference()],
  ['cpu', async () => cpu()],
] as const)('on %s', (_, backend) => {
  beforeAll(async () => setBackend(await backend()));

  test('bad steps are skipped and halve the scale, good ones in a row double it, in one graph', async () => {
    const w = variable([1, -2]);
    const optimizer = new LossScaleOptimizer(new SGD(0.5, { momentum: 0.5 }), {
      initialScale: 8,
      dynamicGrowthSteps: 2,
    });
    const step = compile((g: Tensor) => optimizer.apply([w], [g]));
    const [inf, nan] = [Number.POSITIVE_INFINITY, Number.NaN];
    // Gradients as a scaled loss leaves them.
    const given = [
      [8, 16],
      [inf, 1],
      [4, 8],
      [4, nan],
      [2, 2],
      [2, 4],
      [-inf, -inf],
      [4, 0],
      [8, 8],
    ];
    const expected = { w: [1, -2], velocity: [0, 0], scale: 8, counter: 0, iterations: 0 };
    for (const g of given) {
      await step(tensor(g));
      if (g.every(Number.isFinite)) {
        expected.velocity = expected.velocity.map((v, i) => 0.5 * v - (0.5 * g[i]!) / expected.scale);
        expected.w = expected.w.map((value, i) => value + expected.velocity[i]!);
        expected.iterations++;
        if (++expected.counter === 2) [expected.scale, expected.counter] = [expected.scale * 2, 0];
      } else {
        [expected.scale, expected.counter] = [expected.scale / 2, 0];
      }
      const [scale, counter, iterations] = await Promise.all(
        [optimizer.dynamicScale, optimizer.stepCounter, optimizer.iterations].map(({ value }) => value.item()),
      );
      // All of these numbers are sums of few powers of two.
      expect({ w: [...(await w.value.data())], scale, counter, iterations }).toEqual({
        w: expected.w,
        scale: expected.scale,
        counter: expected.counter,
        iterations: expected.iterations,
      });
    }
    expect(expected.iterations).toBe(6);
    expect(step.stats.traces).toBe(1);
  });

  test('scaled losses lead where plain ones do', async () => {
    const [plain, scaled] = [variable([1.5, -0.7]), variable([1.5, -0.7])];
    const [adam, optimizer] = [new Adam(0.1), new LossScaleOptimizer(new Adam(0.1), { dynamicGrowthSteps: 2 })];
    const step = compile(() => {
      const loss = (w: typeof plain): Tensor => w.value.square().sum();
      adam.apply([plain], gradients(loss(plain), [plain]));
      optimizer.apply([scaled], gradients(optimizer.scaleLoss(loss(scaled)), [scaled]));
    });
    for (let i = 0; i < 5; i++) await step();
    // Powers of two change no digit.
    expect([...(await scaled.value.data())]).toEqual([...(await plain.value.data())]);
    expect(await optimizer.dynamicScale.value.item()).toBe(2 ** 17);
  });
});

describe('what it wraps', () => {
  beforeAll(() => setBackend(reference()));

  test('keeps its learning rate, count and state', async () => {
    const inner = new Adam(0.25);
    const optimizer = new LossScaleOptimizer(inner);
    const w = variable([1], { name: 'w' });
    optimizer.build([w]);
    expect(optimizer.variables.map(({ name }) => name)).toEqual([
      'stepCounter',
      'dynamicScale',
      'iterations',
      'learningRate',
      'w/momentum',
      'w/velocity',
    ]);
    optimizer.learningRate = 0.5;
    expect(await inner.learningRate.value.item()).toBe(0.5);
    expect(optimizer.learningRate).toBe(inner.learningRate);
    expect(optimizer.iterations).toBe(inner.iterations);
    expect(optimizer.config.learningRate).toBe(0.5);
    expect(optimizer.config.dynamicGrowthSteps).toBe(2000);
  });

  test('comes back from JSON, with its schedule', () => {
    const optimizer = new LossScaleOptimizer(new SGD(new ExponentialDecay(0.1, 10, 0.9), { clipNorm: 1 }), {
      initialScale: 4,
    });
    const json = JSON.parse(JSON.stringify(optimizer));
    const read = optimizerFrom(json) as LossScaleOptimizer;
    expect(read).toBeInstanceOf(LossScaleOptimizer);
    expect(read.innerOptimizer).toBeInstanceOf(SGD);
    expect(read.toJSON()).toEqual(json);
  });

  test('a scale that fell as low as it can rises again', async () => {
    const w = variable([1]);
    const optimizer = new LossScaleOptimizer(new SGD(1), { initialScale: 2 ** -125, dynamicGrowthSteps: 1 });
    for (let i = 0; i < 30; i++) optimizer.apply([w], [tensor([Number.NaN])]);
    expect(await optimizer.dynamicScale.value.item()).toBe(2 ** -126);
    optimizer.apply([w], [tensor([0])]);
    expect(await optimizer.dynamicScale.value.item()).toBe(2 ** -125);
  });

  test('frozen parameters are left alone', async () => {
    const w = variable([1], { trainable: false });
    const optimizer = new LossScaleOptimizer(new SGD(1), { initialScale: 1 });
    optimizer.apply([w], [tensor([1])]);
    expect(await w.value.item()).toBe(1);
  });
});

test('a fixed factor: lossScaleFactor', async () => {
  setBackend(reference());
  const w = variable([1]);
  const optimizer = new SGD(0.5, { lossScaleFactor: 1024 });
  expect(await optimizer.scaleLoss(scalar(2)).item()).toBe(2048);
  expect(await new SGD().scaleLoss(scalar(2)).item()).toBe(2);
  optimizer.apply([w], [tensor([1024])]);
  expect(await w.value.item()).toBe(0.5);
});

describe('errors read as prose', () => {
  const cases: Readonly<Record<string, () => unknown>> = {
    'nothing to wrap': () => new LossScaleOptimizer({} as never),
    'by name alone': () => optimizerFrom('lossScaleOptimizer'),
    twice: () => new LossScaleOptimizer(new LossScaleOptimizer(new SGD())),
    'factor and scale': () => new LossScaleOptimizer(new SGD(0.1, { lossScaleFactor: 2 })),
    'scale of 0': () => new LossScaleOptimizer(new SGD(), { initialScale: 0 }),
    'growth without steps': () => new LossScaleOptimizer(new SGD(), { dynamicGrowthSteps: 0 }),
    'unknown option': () => new LossScaleOptimizer(new SGD(), { initialscale: 2 } as object),
    'negative factor': () => new SGD(0.1, { lossScaleFactor: -1 }),
  };

  test.each(Object.keys(cases))('%s', (name) => {
    expect(cases[name]).toThrowErrorMatchingSnapshot();
  });
});
