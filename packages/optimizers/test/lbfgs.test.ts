import { gradients } from '@nablajs/autograd';
import { cpu } from '@nablajs/backend-cpu';
import { reference } from '@nablajs/backend-reference';
import { compile, setBackend, type Tensor, tensor, type Variable, variable } from '@nablajs/tensor';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Evaluation, LBFGS, optimizerFrom } from '../src/index.ts';
import { type Probe, strongWolfe } from '../src/rules/lbfgs/strong-wolfe.ts';
import { bowl, expectPath, path, type Surface } from './trace.ts';

beforeEach(() => setBackend(reference()));

const part = (w: Tensor, i: number): Tensor => w.slice([i], [1]);
const rosenbrock = (w: Tensor): Tensor => {
  const [a, b] = [part(w, 0), part(w, 1)];
  return a.sub(1).square().add(b.sub(a.square()).square().mul(100)).sum();
};
const valley: Surface = { start: [-1.2, 1], loss: rosenbrock, slope: () => [] };

const evaluating = (parameters: readonly Variable[], loss: () => Tensor) => (): Evaluation => {
  const value = loss();
  return { loss: value, gradients: gradients(value, parameters) };
};

describe('without a search, as torch 1.13 in float64 with max_iter=1, history_size=3', () => {
  test.each([
    [
      'a bowl',
      new LBFGS({ historySize: 3 }),
      bowl,
      [
        [1.3445945945945947, 0.1445945945945945],
        [1.2378099980797268, -0.03947799347932923],
        [1.0079846129998336, -0.1058056464699189],
        [0.3524813842938701, -0.11912115803791803],
        [0.008009568261575839, -0.011506934613528502],
        [0.00031775404501761025, 0.00010217860287249289],
      ],
    ],
    [
      'half the way',
      new LBFGS(0.5, { historySize: 3 }),
      bowl,
      [
        [1.4222972972972974, -0.2777027027027027],
        [1.330053647688512, -0.1585903480910159],
        [1.172894647821225, -0.06479657974577756],
        [0.9261290616034037, 0.01118543083771023],
        [0.5853284080135048, 0.0456997129453848],
        [0.2598685785886115, -0.037872704958134135],
        [0.12629380679563412, -0.017597329699964102],
      ],
    ],
    [
      'a bent valley',
      new LBFGS({ learningRate: 0.1, historySize: 3 }),
      valley,
      [
        [-1.1289855072463768, 1.0289855072463767],
        [-1.1208360338970624, 1.0326372109383015],
        [-1.1128546149688603, 1.0363447882087733],
        [-1.1055651417532057, 1.0398185126407882],
        [-1.0989030817808585, 1.0430414291237948],
      ],
    ],
  ] as const)('%s', async (_, optimizer, surface, expected) => {
    expectPath(
      await path(optimizer, surface, expected.length),
      expected.map((point) => [...point]),
      1e-5,
    );
  });

  test('several parameters are one vector', async () => {
    const [a, b] = [variable(tensor([1.5]), { name: 'a' }), variable(tensor([[-0.7]]), { name: 'b' })];
    const optimizer = optimizerFrom({ type: 'LBFGS', config: { historySize: 3 } });
    const step = compile(() => {
      const [u, v] = [a.value.sum(), b.value.sum()];
      const loss = u.square().add(v.square().mul(10)).add(u.mul(v));
      optimizer.apply([a, b], gradients(loss, [a, b]));
    });
    optimizer.build([a, b]);
    for (let i = 0; i < 5; i++) await step();
    expectPath([[await a.value.item(), await b.value.item()]], [[0.008009568261575839, -0.011506934613528502]]);
    expect(optimizer.variables.map(({ name }) => name)).toEqual([
      'iterations',
      'learningRate',
      ...['a', 'b'].flatMap((name) =>
        ['steps', 'changes', 'lastParameter', 'lastGradient'].map((slot) => `${name}/${slot}`),
      ),
    ]);
  });
});

describe('minimize', () => {
  test.each([
    ['reference', async () => reference()],
    ['cpu', async () => cpu()],
  ])('finds the end of a bent valley, on %s', async (_, backend) => {
    setBackend(await backend());
    const w = variable(tensor([-1.2, 1]), { name: 'w' });
    const options = { gradientTolerance: 1e-3, lossTolerance: 0 };
    const minimum = await new LBFGS().minimize(
      [w],
      evaluating([w], () => rosenbrock(w.value)),
      options,
    );
    const [a, b] = await w.value.data();
    expect(a).toBeCloseTo(1, 3);
    expect(b).toBeCloseTo(1, 3);
    // PyTorch's takes 36 steps and 44 evaluations to 1e-10.
    expect(minimum.steps).toBeLessThan(60);
    expect(minimum.evaluations).toBeLessThan(100);
    expect(minimum.reason).toBe('gradient');
    expect(minimum.loss).toBeLessThan(1e-6);
  });

  test('fits a line as the normal equations do, and leaves what is frozen', async () => {
    const [x, y] = [
      [0, 1, 2, 3, 4],
      [1.1, 2.9, 5.2, 7.1, 8.7],
    ];
    // slope = cov / var with means 2 and 5: (7.8 + 2.1 + 0 + 2.1 + 7.4) / 10.
    const [w, b, still] = [
      variable(tensor([0]), { name: 'w' }),
      variable(tensor(0), { name: 'b' }),
      variable(tensor(7)),
    ];
    still.trainable = false;
    const loss = (): Tensor => tensor(x).mul(w.value).add(b.value).sub(tensor(y)).square().mean();
    const evaluate = (): Evaluation => {
      const value = loss();
      const [dw, db] = gradients(value, [w, b]);
      return { loss: value, gradients: [dw!, still.value.mul(0), db!] };
    };
    await new LBFGS().minimize([w, still, b], evaluate, { lossTolerance: 1e-12 });
    expect(await w.value.item()).toBeCloseTo(1.94, 4);
    expect(await b.value.item()).toBeCloseTo(5 - 2 * 1.94, 4);
    expect(await still.value.item()).toBe(7);
  });

  test('ends where it begins, after the steps allowed, and where nothing is lower', async () => {
    const w = variable(tensor([-1.2, 1]), { name: 'w' });
    const evaluate = evaluating([w], () => rosenbrock(w.value));
    expect(await new LBFGS().minimize([w], evaluate, { maxSteps: 3 })).toMatchObject({ steps: 3, reason: 'maxSteps' });
    w.assign([1, 1]);
    const there = { loss: 0, steps: 0, evaluations: 1, reason: 'gradient' };
    expect(await new LBFGS().minimize([w], evaluate)).toEqual(there);
    // A wrong gradient leads upwards.
    const v = variable(tensor([2]), { name: 'v' });
    const wrong = (): Evaluation => ({ loss: v.value.square().sum(), gradients: [v.value.neg()] });
    expect(await new LBFGS().minimize([v], wrong)).toMatchObject({ loss: 4, steps: 0, reason: 'noLower' });
    expect(await v.value.item()).toBe(2);
  });

  test('what it cannot do', async () => {
    const bound = variable(tensor([1]), { name: 'dense/kernel', constraint: (value) => value.maximum(0) });
    const evaluate = evaluating([bound], () => bound.value.sum());
    await expect(new LBFGS().minimize([bound], evaluate)).rejects.toThrow(
      "LBFGS: minimize cannot search along a direction while 'dense/kernel' has a constraint. Take it away, or call apply, which has no search.",
    );
    await expect(new LBFGS().minimize([], evaluate)).rejects.toThrow(
      'LBFGS: minimize was given nothing that can be trained.',
    );
    expect(() => new LBFGS({ historySize: 0 })).toThrow('historySize');
  });
});

test('the search ends where the loss has fallen in proportion and is flatter', async () => {
  const number = (min: number, max: number): fc.Arbitrary<number> =>
    fc.integer({ min: min * 8, max: max * 8 }).map((n) => n / 8);
  await fc.assert(
    fc.asyncProperty(number(-2, 2), number(-2, 2), number(-3, -1), number(1, 40), async (a, b, slope, first) => {
      // A quartic that falls at 0: it rises again in the end.
      const f = (t: number): number => 0.1 * t ** 4 + a * t ** 3 + b * t ** 2 + slope * t;
      const df = (t: number): number => 0.4 * t ** 3 + 3 * a * t ** 2 + 2 * b * t + slope;
      const measure = async (at: number): Promise<Probe> => ({ at, loss: f(at), slope: df(at) });
      const found = await strongWolfe(measure, await measure(0), first / 8, 40);
      expect(found.at).toBeGreaterThan(0);
      expect(found.loss).toBeLessThanOrEqual(1e-4 * found.at * slope);
      expect(Math.abs(found.slope)).toBeLessThanOrEqual(0.9 * Math.abs(slope) + 1e-9);
    }),
    { numRuns: 200 },
  );
});
