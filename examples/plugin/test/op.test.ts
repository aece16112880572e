import { describeOp } from '@nablajs/testkit';
import { cpu, tensor } from 'nablajs';
import { expect, test } from 'vitest';
import { profiler, snake, snakeOp } from '../src/index.ts';

// Values, gradients against finite differences, decomposition: all from the op's samples.
describeOp(snakeOp, { cpu: () => cpu(), acme: () => profiler() });

test('a quarter of a turn adds its square', async () => {
  const y = snake(tensor([Math.PI / 2, 0]), tensor([1, 1]));
  expect(Array.from(await y.data())).toEqual([expect.closeTo(Math.PI / 2 + 1, 5), 0]);
});

test('operands that do not go together are refused', () => {
  expect(() => snake(tensor([[1, 2, 3]]), tensor([1, 2]))).toThrow('expects one frequency for each channel');
  expect(() => snake(tensor([1], 'int32'), tensor([1]))).toThrow('expects x and frequency of one float type');
});
