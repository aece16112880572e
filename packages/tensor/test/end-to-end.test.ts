import { gradients } from '@nablajs/autograd';
import { reference } from '@nablajs/backend-reference';
import { compile, randomUniform, scalar, setBackend, setSeed, type Tensor, tensor, variable } from '@nablajs/tensor';
import { beforeAll, expect, test } from 'vitest';

beforeAll(() => setBackend(reference()));

test('a two-layer network learns XOR in one compiled step', async () => {
  setSeed(3);
  const w1 = variable(randomUniform([2, 8], { minval: -1, maxval: 1 }));
  const b1 = variable(tensor([0, 0, 0, 0, 0, 0, 0, 0]));
  const w2 = variable(randomUniform([8, 1], { minval: -1, maxval: 1 }));
  const x = tensor([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ]);
  const y = tensor([[0], [1], [1], [0]]);
  const step = compile(
    (x: Tensor, y: Tensor, rate: Tensor) => {
      const h = x.matmul(w1.value).add(b1.value).tanh();
      const p = h.matmul(w2.value).sigmoid();
      const loss = p.sub(y).square().mean();
      const targets = [w1, b1, w2];
      for (const [i, g] of gradients(loss, targets).entries()) targets[i]!.assign(targets[i]!.value.sub(g.mul(rate)));
      return loss;
    },
    { name: 'step' },
  );
  let loss = 1;
  for (let i = 0; i < 800; i++) loss = await (await step(x, y, scalar(1))).item();
  expect(loss).toBeLessThan(0.01);
  expect(step.stats).toEqual({ traces: 1, runs: 800 });
  expect(step.explain()).toContain('matmul');
});

test('eager expressions: values, broadcasting, reductions', async () => {
  const a = tensor([
    [1, 2],
    [3, 4],
  ]);
  expect(await a.matmul(a).array()).toEqual([
    [7, 10],
    [15, 22],
  ]);
  expect(await a.add(1).mean().item()).toBe(3.5);
  expect(await a.transpose().slice([0, 1]).array()).toEqual([[3], [4]]);
});
