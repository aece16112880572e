import { describeBackend } from '@nablajs/testkit';
import { setBackend, tensor } from 'nablajs';
import { expect, test } from 'vitest';
import { profiler, snakeOp } from '../src/index.ts';

describeBackend(() => profiler(), { ops: [snakeOp] });

test('it says what was run, and how often', async () => {
  const acme = profiler();
  setBackend(acme);
  expect(await tensor([1, 2]).exp().sum().add(tensor(1)).item()).toBeCloseTo(Math.exp(1) + Math.exp(2) + 1, 4);
  const costs = acme.costs();
  expect(costs.map(({ op }) => op).sort()).toEqual(['add', 'exp', 'sum']);
  expect(costs.every(({ calls, milliseconds }) => calls === 1 && milliseconds >= 0)).toBe(true);
  await acme.dispose();
});
