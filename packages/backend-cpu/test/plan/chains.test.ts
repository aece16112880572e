import { vjp } from '@nablajs/autograd';
import { cpu } from '@nablajs/backend-cpu';
import { reference } from '@nablajs/backend-reference';
import { type Backend, compile, fromData, type Tensor } from '@nablajs/tensor';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chaining } from '../../src/plan/chaining.ts';
import { sharing } from '../../src/threads/sharing.ts';

const usual = [{ ...chaining }, { ...sharing }] as const;
beforeAll(() => {
  Object.assign(chaining, { large: 1024, block: 4096, fewest: 2 });
  Object.assign(sharing, { least: 0, startAfter: 0 });
});
afterAll(() => {
  Object.assign(chaining, usual[0]);
  Object.assign(sharing, usual[1]);
});

function data(shape: readonly number[], scale: number, shift = 0): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return fromData(
    Float32Array.from({ length: size }, (_, i) => shift + scale * ((((i * 7919) % 1009) / 1009) * 2 - 1)),
    shape,
  );
}

/** Mean 0 and variance 1 along the axes, times and plus a number for each place of the last. */
function normalised(x: Tensor, axes: readonly number[], gamma: Tensor, beta: Tensor): Tensor {
  const centred = x.sub(x.mean(axes, { keepDims: true }));
  const variance = centred.square().mean(axes, { keepDims: true });
  return centred.mul(variance.add(1e-3).rsqrt()).mul(gamma).add(beta);
}

type Case = (x: Tensor, gamma: Tensor, beta: Tensor, dy: Tensor) => Tensor[];

/** Value and gradients of `f`, with work before and after. */
function withGradients(f: (x: Tensor, gamma: Tensor, beta: Tensor) => Tensor): Case {
  return (x, gamma, beta, dy) => {
    const { value, pull } = vjp(([x, gamma, beta]: readonly [Tensor, Tensor, Tensor]) =>
      f(x.mul(2), gamma, beta).relu(),
    )([x, gamma, beta]);
    return [value, ...pull(dy)];
  };
}

const LAYER = withGradients((x, gamma, beta) => normalised(x, [x.rank - 1], gamma, beta));
const RMS = withGradients((x, gamma) => x.mul(x.square().mean(-1, { keepDims: true }).add(1e-6).rsqrt()).mul(gamma));
const GROUP = withGradients((x, gamma, beta) => {
  const [n, h, w, c] = x.shape as [number, number, number, number];
  const ones = [
    gamma
      .mul(0)
      .add(1)
      .reshape([4, c / 4]),
    gamma.mul(0).reshape([4, c / 4]),
  ] as const;
  return normalised(x.reshape([n, h, w, 4, c / 4]), [1, 2, 4], ...ones)
    .reshape(x.shape)
    .mul(gamma)
    .add(beta);
});
const STANDARD = withGradients((x, gamma) => {
  const shifted = x
    .mul(gamma)
    .sub(x.max(-1, { keepDims: true }))
    .exp();
  return shifted.div(shifted.sum(-1, { keepDims: true }));
});

const CASES: readonly (readonly [string, Case, readonly number[]])[] = [
  ['layer normalisation', LAYER, [256, 48]],
  ['layer normalisation', LAYER, [333, 33]],
  ['layer normalisation', LAYER, [12, 31, 130]],
  ['root mean squares', RMS, [4, 64, 128]],
  ['group normalisation', GROUP, [16, 6, 6, 32]],
  ['group normalisation', GROUP, [24, 5, 7, 20]],
  ['softmax by hand', STANDARD, [250, 40]],
];

async function found(backend: Backend, f: Case, shape: readonly number[]): Promise<{ all: number[][]; plan: string }> {
  const step = compile(f, { backend });
  const last = [shape.at(-1)!];
  const results = await step(data(shape, 1, 0.5), data(last, 0.5, 1), data(last, 1), data(shape, 1));
  return { all: await Promise.all(results.map(async (x) => Array.from(await x.data()))), plan: step.explain() };
}

test.each(CASES)(
  'loops in blocks give what the reference gives, with the same bits on two threads: %s %#',
  async (_, f, shape) => {
    const [one, two] = [await cpu({ threads: 1 }), await cpu({ threads: 2 })];
    const { all, plan } = await found(one, f, shape);
    expect(plan).toMatch(/\d+ blocks of: /);
    expect((await found(two, f, shape)).all).toEqual(all);
    const truth = (await found(reference(), f, shape)).all;
    truth.forEach((values, i) => {
      const scale = Math.max(1, ...values.map(Math.abs));
      expect(Math.max(...values.map((value, j) => Math.abs(value - all[i]![j]!))) / scale).toBeLessThan(1e-5);
    });
    await two.dispose();
  },
);

test('a chain ends where a loop needs all that an earlier one makes', async () => {
  const f: Case = (x) => {
    const centred = x.sub(x.mean(1, { keepDims: true }));
    const largest = centred.abs().max();
    return [centred.div(largest), centred.sum(1).sub(largest)];
  };
  const { all } = await found(await cpu({ threads: 1 }), f, [64, 32]);
  const truth = (await found(reference(), f, [64, 32])).all;
  for (const [i, values] of truth.entries())
    for (const [j, value] of values.entries()) expect(all[i]![j]!).toBeCloseTo(value, 4);
});
