// What holds for every optimizer there is: one table, so that none is forgotten.
import { gradients } from '@nablajs/autograd';
import { cpu } from '@nablajs/backend-cpu';
import { reference } from '@nablajs/backend-reference';
import { compile, setBackend, tensor, type Variable, variable } from '@nablajs/tensor';
import { describe, expect, test } from 'vitest';
import {
  builtinOptimizers,
  LossScaleOptimizer,
  MultiOptimizer,
  type Optimizer,
  optimizerFrom,
  SGD,
} from '../src/index.ts';

/** Options that differ from the defaults, and what a class needs beside. */
const OWN: Readonly<Record<string, () => Optimizer>> = {
  LossScaleOptimizer: () => new LossScaleOptimizer(new SGD(0.1, { momentum: 0.9 }), { initialScale: 16 }),
  MultiOptimizer: () => new MultiOptimizer(new SGD(0.1, { momentum: 0.9 }), { bias: new SGD(0.01) }),
};
const make = (type: string): Optimizer => OWN[type]?.() ?? construct(type, { learningRate: 0.05, clipNorm: 3 });
const construct = (type: string, options: object): Optimizer =>
  new (builtinOptimizers[type as 'SGD'] as unknown as new (options: object) => Optimizer)(options);

/** Updates on a small bowl in two parameters; every third can be taken by an optimizer read back. */
async function descend(
  optimizer: Optimizer,
  [kernel, bias]: readonly [Variable, Variable],
  steps: number,
): Promise<void> {
  const step = compile(() => {
    const loss = kernel.value.square().sum().add(bias.value.sub(0.5).square().sum());
    optimizer.apply([kernel, bias], gradients(optimizer.scaleLoss(loss), [kernel, bias]));
  });
  for (let i = 0; i < steps; i++) await step();
  expect(step.stats.traces).toBe(1);
}

const parameters = (): readonly [Variable, Variable] => [
  variable(
    [
      [1, -2],
      [0.5, 3],
    ],
    { name: 'dense/kernel' },
  ),
  variable([0.1, -0.2], { name: 'dense/bias' }),
];
const valuesOf = (variables: readonly Variable[]): Promise<number[][]> =>
  Promise.all(variables.map(async ({ value }) => [...(await value.data())]));

describe.each(Object.keys(builtinOptimizers))('%s', (type) => {
  test('is found by its name and comes back from JSON', () => {
    setBackend(reference());
    const optimizer = make(type);
    expect(optimizer.type).toBe(type);
    expect(builtinOptimizers[type as 'SGD'].type).toBe(type);
    const read = optimizerFrom(JSON.parse(JSON.stringify(optimizer)));
    expect(read.constructor).toBe(optimizer.constructor);
    expect(read.toJSON()).toEqual(optimizer.toJSON());
    if (!OWN[type]) expect(optimizerFrom(type.toLowerCase()).constructor).toBe(optimizer.constructor);
  });

  test('goes on from its options and its state as if it had never stopped', async () => {
    setBackend(reference());
    const [a, b] = [parameters(), parameters()];
    const optimizer = make(type);
    await descend(optimizer, a, 5);
    const first = make(type);
    await descend(first, b, 2);
    const second = optimizerFrom(JSON.parse(JSON.stringify(first)));
    second.build(b);
    expect(second.variables.map(({ name }) => name)).toEqual(first.variables.map(({ name }) => name));
    expect(new Set(second.variables.map(({ name }) => name)).size).toBe(second.variables.length);
    for (const [i, state] of second.variables.entries()) state.assign(first.variables[i]!.value);
    await descend(second, b, 3);
    expect(await valuesOf(b)).toEqual(await valuesOf(a));
  });

  test('goes downhill, on the CPU backend as on the reference', async () => {
    const paths: number[][][] = [];
    for (const backend of [reference(), await cpu()]) {
      setBackend(backend);
      const w = parameters();
      await descend(make(type), w, 6);
      paths.push(await valuesOf(w));
    }
    const [exact, fast] = [paths[0]!.flat(), paths[1]!.flat()];
    // Divides by differences of gradients, of which float32 has fewer digits.
    const digits = type === 'LBFGS' ? 3 : 4;
    for (const [i, value] of fast.entries()) expect(value).toBeCloseTo(exact[i]!, digits);
    const loss = (p: readonly number[]): number =>
      p.slice(0, 4).reduce((sum, x) => sum + x * x, 0) + (p[4]! - 0.5) ** 2 + (p[5]! - 0.5) ** 2;
    expect(loss(exact)).toBeLessThan(loss([1, -2, 0.5, 3, 0.1, -0.2]));
  });

  test('moves what is infinite nowhere, when the loss is scaled', async () => {
    setBackend(reference());
    if (OWN[type]) return;
    const w = variable(tensor([[1, 2]]), { name: 'kernel' });
    const optimizer = new LossScaleOptimizer(make(type));
    optimizer.apply([w], [tensor([[Number.POSITIVE_INFINITY, 0]])]);
    expect(await valuesOf([w])).toEqual([[1, 2]]);
    expect((await valuesOf(optimizer.variables)).flat().every(Number.isFinite)).toBe(true);
  });
});
