// Each schedule against its formula in plain float64 arithmetic, and what holds for every one of them.
import { cpu } from '@nablajs/backend-cpu';
import { reference } from '@nablajs/backend-reference';
import { pow, scalar, setBackend, type Tensor, tensor } from '@nablajs/tensor';
import { describe, expect, test } from 'vitest';
import {
  builtinSchedules,
  ChainedSchedule,
  CosineDecay,
  CosineDecayRestarts,
  Cyclic,
  ExponentialDecay,
  InverseTimeDecay,
  LinearWarmup,
  MultiStepDecay,
  Noam,
  OneCycle,
  PiecewiseConstantDecay,
  PolynomialDecay,
  Schedule,
  SequentialSchedule,
  StepDecay,
  scheduleFrom,
} from '../../src/index.ts';

class Halving extends Schedule<{ readonly start: number; readonly every: number }> {
  static override readonly type: string = 'acme/Halving';
  call(step: Tensor): Tensor {
    return pow(0.5, step.div(this.config.every).floor()).mul(this.config.start);
  }
}

type Formula = (step: number) => number;

const halfCosine = (share: number): number => 0.5 * (1 + Math.cos(Math.PI * Math.min(1, Math.max(0, share))));

/** Periods one after the other, as told: no logarithms. */
function restarts(rate: number, first: number, { t = 2, m = 1, alpha = 0 } = {}): Formula {
  return (step) => {
    let [begun, length, top] = [0, first, 1];
    for (; step >= begun + length - 1e-9; length *= t, top *= m) begun += length;
    return rate * ((1 - alpha) * top * halfCosine((step - begun) / length) + alpha);
  };
}

function oneCycle(turns: readonly (readonly [at: number, rate: number])[], ease: (share: number) => number): Formula {
  return (step) => {
    for (const [i, [at, rate]] of turns.entries()) {
      if (i === 0 || (step > at && i < turns.length - 1)) continue;
      const [from, before] = turns[i - 1]!;
      return rate + (before - rate) * ease(Math.min(1, (step - from) / (at - from)));
    }
    throw new Error('no phase');
  };
}

/** PyTorch's formula, with its cycle counted from 1. */
function cyclic(
  base: number,
  top: number,
  up: number,
  down: number,
  shrink: (cycle: number, step: number) => number,
): Formula {
  return (step) => {
    const cycle = Math.floor(1 + step / (up + down));
    const x = 1 + step / (up + down) - cycle;
    const ratio = up / (up + down);
    return base + (top - base) * (x <= ratio ? x / ratio : (x - 1) / (ratio - 1)) * shrink(cycle, step);
  };
}

const linear = (share: number): number => 1 - share;
const rows: readonly (readonly [string, Schedule, Formula])[] = [
  ['ExponentialDecay', new ExponentialDecay(0.1, 10, 0.9), (s) => 0.1 * 0.9 ** (s / 10)],
  [
    'ExponentialDecay, in stairs',
    new ExponentialDecay(0.1, 10, 0.9, { staircase: true }),
    (s) => 0.1 * 0.9 ** Math.floor(s / 10),
  ],
  ['InverseTimeDecay', new InverseTimeDecay(0.1, 10, 0.5), (s) => 0.1 / (1 + (0.5 * s) / 10)],
  [
    'InverseTimeDecay, in stairs',
    new InverseTimeDecay(0.1, 10, 0.5, { staircase: true }),
    (s) => 0.1 / (1 + 0.5 * Math.floor(s / 10)),
  ],
  ['PolynomialDecay', new PolynomialDecay(0.1, 20), (s) => (0.1 - 1e-4) * (1 - Math.min(s, 20) / 20) + 1e-4],
  [
    'PolynomialDecay, bent',
    new PolynomialDecay(0.1, 20, { power: 2, endLearningRate: 0.01 }),
    (s) => 0.09 * (1 - Math.min(s, 20) / 20) ** 2 + 0.01,
  ],
  [
    'PolynomialDecay, again and again',
    new PolynomialDecay(0.1, 20, { power: 0.5, endLearningRate: 0.01, cycle: true }),
    (s) => 0.09 * Math.sqrt(1 - s / (20 * (s === 0 ? 1 : Math.ceil(s / 20)))) + 0.01,
  ],
  ['CosineDecay', new CosineDecay(0.1, 20), (s) => 0.1 * halfCosine(s / 20)],
  ['CosineDecay, to a tenth', new CosineDecay(0.1, 20, { alpha: 0.1 }), (s) => 0.1 * (0.9 * halfCosine(s / 20) + 0.1)],
  [
    'CosineDecay, after a warmup',
    new CosineDecay(0.01, 20, { warmupTarget: 0.1, warmupSteps: 5 }),
    (s) => (s < 5 ? 0.01 + ((0.1 - 0.01) * s) / 5 : 0.1 * halfCosine((s - 5) / 20)),
  ],
  ['CosineDecayRestarts', new CosineDecayRestarts(0.1, 10), restarts(0.1, 10)],
  ['CosineDecayRestarts, alike', new CosineDecayRestarts(0.1, 7, { tMul: 1 }), restarts(0.1, 7, { t: 1 })],
  [
    'CosineDecayRestarts, lower',
    new CosineDecayRestarts(0.1, 8, { tMul: 1.5, mMul: 0.8, alpha: 0.1 }),
    restarts(0.1, 8, { t: 1.5, m: 0.8, alpha: 0.1 }),
  ],
  [
    'PiecewiseConstantDecay',
    new PiecewiseConstantDecay([3, 10], [1, 0.5, 0.1]),
    (s) => (s <= 3 ? 1 : s <= 10 ? 0.5 : 0.1),
  ],
  ['PiecewiseConstantDecay, one piece', new PiecewiseConstantDecay([], [0.2]), () => 0.2],
  ['StepDecay', new StepDecay(0.1, 10), (s) => 0.1 * 0.1 ** Math.floor(s / 10)],
  [
    'MultiStepDecay',
    new MultiStepDecay(0.1, [3, 20, 40], { gamma: 0.5 }),
    (s) => 0.1 * 0.5 ** [3, 20, 40].filter((m) => s >= m).length,
  ],
  ['LinearWarmup', new LinearWarmup(0.1, 10), (s) => 0.1 * Math.min(1, s / 10)],
  [
    'LinearWarmup, of a schedule',
    new LinearWarmup(new ExponentialDecay(0.1, 10, 0.5), 10, { startFactor: 0.25 }),
    (s) => (s < 10 ? 0.1 * (0.25 + (0.75 * s) / 10) : 0.1 * 0.5 ** ((s - 10) / 10)),
  ],
  [
    'Noam',
    new Noam(512, 20, { scale: 2 }),
    (s) => (2 / Math.sqrt(512)) * Math.min((s + 1) ** -0.5, (s + 1) * 20 ** -1.5),
  ],
  // 50 updates of which 30 % go up: until update 14, then down until update 49.
  [
    'OneCycle',
    new OneCycle(0.1, 50),
    oneCycle(
      [
        [0, 0.004],
        [14, 0.1],
        [49, 4e-7],
      ],
      halfCosine,
    ),
  ],
  [
    'OneCycle, three phases of straight lines',
    new OneCycle(0.1, 50, {
      threePhase: true,
      annealStrategy: 'linear',
      pctStart: 0.4,
      divFactor: 10,
      finalDivFactor: 100,
    }),
    oneCycle(
      [
        [0, 0.01],
        [19, 0.1],
        [38, 0.01],
        [49, 1e-4],
      ],
      linear,
    ),
  ],
  ['Cyclic', new Cyclic(0.01, 0.1, { stepSizeUp: 5, stepSizeDown: 9 }), cyclic(0.01, 0.1, 5, 9, () => 1)],
  [
    'Cyclic, halving',
    new Cyclic(0.01, 0.1, { stepSizeUp: 5, mode: 'triangular2' }),
    cyclic(0.01, 0.1, 5, 5, (cycle) => 0.5 ** (cycle - 1)),
  ],
  [
    'Cyclic, shrinking',
    new Cyclic(0.01, 0.1, { stepSizeUp: 5, mode: 'expRange', gamma: 0.97 }),
    cyclic(0.01, 0.1, 5, 5, (_, s) => 0.97 ** s),
  ],
  [
    'SequentialSchedule',
    new SequentialSchedule([0.01, new ExponentialDecay(0.1, 1, 0.9), new StepDecay(0.05, 10)], [8, 30]),
    (s) => (s < 8 ? 0.01 : s < 30 ? 0.1 * 0.9 ** (s - 8) : 0.05 * 0.1 ** Math.floor((s - 30) / 10)),
  ],
  [
    'ChainedSchedule',
    new ChainedSchedule([new StepDecay(0.1, 10, { gamma: 0.5 }), new ExponentialDecay(1, 1, 0.9), 2]),
    (s) => 2 * 0.1 * 0.5 ** Math.floor(s / 10) * 0.9 ** s,
  ],
  ["one of one's own, acme/Halving", new Halving({ start: 1, every: 5 }), (s) => 0.5 ** Math.floor(s / 5)],
];

const STEPS = Array.from({ length: 71 }, (_, step) => step);
const ratesAt = async (schedule: Schedule, steps: readonly number[]): Promise<number[]> => [
  ...(await schedule.call(tensor(steps)).broadcastTo([steps.length]).data()),
];

describe.each(rows)('%s', (_, schedule, formula) => {
  test.each([
    ['reference', async () => reference()],
    ['cpu', async () => cpu()],
  ] as const)('by its formula, on %s', async (_, backend) => {
    setBackend(await backend());
    for (const [step, rate] of (await ratesAt(schedule, STEPS)).entries())
      expect(Math.abs(rate - formula(step)), `step ${step}: ${rate} instead of ${formula(step)}`).toBeLessThan(3e-7);
    expect(await schedule.call(scalar(13)).item()).toBeCloseTo(formula(13), 6);
  });

  test('comes back from JSON', async () => {
    setBackend(reference());
    const json = JSON.parse(JSON.stringify(schedule));
    expect(schedule.toJSON()).toEqual(json);
    const read = scheduleFrom(json, { Halving });
    expect(read.toJSON()).toEqual(json);
    expect(await ratesAt(read, [7, 23])).toEqual(await ratesAt(schedule, [7, 23]));
    if (!schedule.type.includes('/')) expect(builtinSchedules[schedule.type]).toBe(schedule.constructor);
  });
});

test('the table has all of them', () => {
  const types = new Set(rows.map(([, { type }]) => type));
  for (const [type, Class] of Object.entries(builtinSchedules)) {
    expect(Class.type).toBe(type);
    expect(types).toContain(type);
  }
});

test('restarts fall on the right update however long the training', async () => {
  setBackend(reference());
  // Periods of 1000, 2000, 4000, ... updates end at 1000 (2^n - 1).
  const schedule = new CosineDecayRestarts(0.1, 1000);
  for (let n = 1; n <= 10; n++) {
    const [last, first] = await ratesAt(schedule, [1000 * (2 ** n - 1) - 1, 1000 * (2 ** n - 1)]);
    expect(last!).toBeLessThan(0.001);
    expect(first!).toBeCloseTo(0.1, 6);
  }
});

describe('errors read as prose', () => {
  const cases: Readonly<Record<string, () => unknown>> = {
    'unknown type': () => scheduleFrom({ type: 'CosineDecays', config: {} }),
    'unknown option': () => new OneCycle(0.1, 100, { pct_start: 0.1 } as object),
    'a phase without updates': () => new OneCycle(0.1, 10, { pctStart: 0.05 }),
    'no strategy': () => new OneCycle(0.1, 100, { annealStrategy: 'sine' as 'cos' }),
    'unknown mode': () => new Cyclic(0.1, 1, { mode: 'square' as 'triangular' }),
    'milestones out of order': () => new MultiStepDecay(0.1, [20, 10]),
    'milestones that are none': () => new MultiStepDecay(0.1, 20 as never),
    'too few milestones': () => new SequentialSchedule([0.1, 0.2, 0.3], [10]),
    'nothing to chain': () => new ChainedSchedule([]),
    'a rate that is none': () => new LinearWarmup('fast' as never, 10),
    'shrinking periods': () => new CosineDecayRestarts(0.1, 10, { tMul: 0.5 }),
    'power of 0': () => new PolynomialDecay(0.1, 10, { power: 0 }),
    'no values': () => new PiecewiseConstantDecay([1, 2], undefined as never),
  };

  test.each(Object.keys(cases))('%s', (name) => {
    expect(cases[name]).toThrowErrorMatchingSnapshot();
  });
});
