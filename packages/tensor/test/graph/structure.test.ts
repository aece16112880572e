// Code that builds the same graph again compiles nothing.
import { reference } from '@nablajs/backend-reference';
import {
  executableStats,
  fromData,
  full,
  randomUniform,
  realize,
  scalar,
  setBackend,
  type Tensor,
  tensor,
} from '@nablajs/tensor';
import fc from 'fast-check';
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { attrsKey } from '../../src/graph/attrs.ts';
import { outlineOf, sameAttrs, sameOutline } from '../../src/graph/outline.ts';
import { build, LEAF_SHAPES, recipes } from './programs.ts';

beforeAll(() => setBackend(reference()));

async function compilesDuring(f: () => Promise<unknown>): Promise<number> {
  const before = executableStats().compiles;
  await f();
  return executableStats().compiles - before;
}

test('the same structure on other data compiles once', async () => {
  const run = (seed: number): Promise<unknown> => tensor([seed, 2, 3]).mul(scalar(seed)).exp().sum().item();
  expect(await compilesDuring(() => run(1))).toBe(1);
  expect(await compilesDuring(() => run(2))).toBe(0);
  expect(await run(2)).toBeCloseTo(Math.exp(4) + Math.exp(4) + Math.exp(6), 2);
});

test('draws of random numbers compile once', async () => {
  await randomUniform([4]).data();
  expect(await compilesDuring(() => randomUniform([4]).data())).toBe(0);
});

test.each([
  ['a number in the code', (x: Tensor) => x.add(1.5), (x: Tensor) => x.add(2.5)],
  ['an attr', (x: Tensor) => x.sum(0), (x: Tensor) => x.sum(1)],
  ['a dtype', (x: Tensor) => x.cast('int32'), (x: Tensor) => x.cast('bool')],
  ['the order of operands', (x: Tensor) => x.sub(x.exp()), (x: Tensor) => x.exp().sub(x)],
])('%s is part of the structure', async (_, one, other) => {
  const x = tensor([
    [1, 2],
    [3, 4],
  ]);
  await one(x).data();
  expect(await compilesDuring(() => one(x).data())).toBe(0);
  expect(await compilesDuring(() => other(x).data())).toBe(1);
});

test('shapes are part of the structure', async () => {
  const run = (size: number): Promise<unknown> => fromData(new Float32Array(size)).mul(3.25).data();
  expect(await compilesDuring(() => run(3))).toBe(1);
  expect(await compilesDuring(() => run(4))).toBe(1);
  expect(await compilesDuring(() => run(3))).toBe(0);
});

test('-0 and 0, and NaN and NaN, are told apart and together', async () => {
  const run = (value: number): Promise<unknown> =>
    full([2], value)
      .mul(tensor([1, 1]))
      .data();
  await run(0);
  expect(await compilesDuring(() => run(-0))).toBe(1);
  await run(Number.NaN);
  expect(await compilesDuring(() => run(Number.NaN))).toBe(0);
});

test('on random graphs: equal recipes have equal outlines, and equal outlines equal listings', () => {
  const outlineFor = (recipe: Parameters<typeof build>[0]) => {
    const leaves = LEAF_SHAPES.map((shape) => fromData(new Float32Array(shape.reduce((a, b) => a * b, 1)), shape));
    return outlineOf(build(recipe, leaves).map(({ node }) => node)).outline;
  };
  const listing = ({ ops, operands, attrs, specs, roots }: ReturnType<typeof outlineFor>): string =>
    JSON.stringify([ops.map((op) => op?.definition.name), operands, attrs.map(attrsKey), specs, roots]);
  fc.assert(
    fc.property(recipes, recipes, (one, other) => {
      expect(sameOutline(outlineFor(one), outlineFor(one))).toBe(true);
      const [a, b] = [outlineFor(one), outlineFor(other)];
      expect(sameOutline(a, b)).toBe(listing(a) === listing(b));
    }),
    { numRuns: 200 },
  );
});

test('attrs are equal exactly when their keys are', () => {
  const value = fc.letrec((tie) => ({
    attr: fc.oneof(
      fc.double(),
      fc.constantFrom(0, -0, Number.NaN, '0', 'a;b=1', 'a"', true, 'true', 1, '1'),
      fc.array(tie('attr'), { maxLength: 3 }),
    ),
  })).attr;
  const attrs = fc.dictionary(fc.constantFrom('a', 'b', 'c'), value, { maxKeys: 3 }) as fc.Arbitrary<
    Record<string, never>
  >;
  fc.assert(
    fc.property(attrs, attrs, (a, b) => {
      expect(sameAttrs(a, a)).toBe(true);
      expect(sameAttrs(a, b)).toBe(attrsKey(a) === attrsKey(b));
    }),
    { numRuns: 500 },
  );
});

test('asking for several values compiles and runs one graph, and shares what they share', async () => {
  const x = tensor([1, 2, 3]);
  const shared = x.mul(4.75).exp();
  const [a, b] = [shared.sum(), shared.mean()];
  expect(await compilesDuring(() => realize(a, b, a))).toBe(1);
  expect(await compilesDuring(() => Promise.all([a.item(), b.item()]))).toBe(0);
  expect((await a.item()) / (await b.item())).toBeCloseTo(3, 5);
});

test('numbers that change in uncompiled code are told once, with op and numbers', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  onTestFinished(() => warn.mockRestore());
  const x = tensor([1, 2, 3]);
  for (let i = 0; i < 30; i++)
    await x
      .tanh()
      .mul(i + 0.125)
      .sum()
      .data();
  expect(warn).toHaveBeenCalledTimes(1);
  expect(warn.mock.calls[0]![0]).toContain(
    'one computation was compiled 20 times, each time with another number in it (full: value=18.125 became value=19.125)',
  );
  // As tensors they compile once.
  expect(
    await compilesDuring(() => Promise.all(Array.from({ length: 30 }, (_, i) => x.tanh().mul(scalar(i)).sum().data()))),
  ).toBe(1);
  expect(warn).toHaveBeenCalledTimes(1);
});
