// Graphs of any depth: every traversal is iterative.
import { gradients } from '@nablajs/autograd';
import { reference } from '@nablajs/backend-reference';
import { debug, postOrder, scalar, setBackend, type Tensor, tensor, toDot, variable } from '@nablajs/tensor';
import { beforeAll, expect, onTestFinished, test } from 'vitest';

beforeAll(() => setBackend(reference()));

function chain(x: Tensor, length: number): Tensor {
  let y = x;
  for (let i = 0; i < length; i++) y = y.add(1);
  return y;
}

test('a chain of 200,000 ops is built, walked and computed', async () => {
  onTestFinished(() => debug({ sites: true }));
  debug({ sites: false });
  const y = chain(scalar(0), 200_000);
  expect(postOrder([y.node])).toHaveLength(400_001);
  expect(await y.item()).toBe(200_000);
});

test('a chain of 20,000 ops has a gradient and a drawing', async () => {
  const x = scalar(2);
  const y = chain(x, 20_000).square();
  expect(await gradients(y, [x])[0]!.item()).toBe(2 * 20_002);
  expect(toDot(chain(x, 20_000)).split('\n').length).toBeGreaterThan(40_000);
});

test('shared operands are walked once: 60 doublings are 60 ops, not 2^60', async () => {
  let y = tensor([1]);
  for (let i = 0; i < 60; i++) y = y.add(y);
  expect(postOrder([y.node])).toHaveLength(61);
  expect(await y.item()).toBe(2 ** 60);
});

/** Nodes still to be computed. */
function pending(x: Tensor): number {
  return postOrder([x.node]).filter((node) => !node.isLeaf && node.op!.definition.name !== 'full').length;
}

test('a loop that never reads a value is computed on the way', async () => {
  let x = scalar(0);
  for (let i = 0; i < 30_000; i++) {
    x = x.add(1);
    if (i % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  }
  expect(pending(x)).toBeLessThan(10_200);
  expect(await x.item()).toBe(30_000);
});

test('a loop that only assigns a variable is computed on the way', async () => {
  const w = variable(scalar(1));
  for (let i = 0; i < 500; i++) {
    w.assign(w.value.add(1));
    await Promise.resolve();
  }
  expect(pending(w.value)).toBeLessThan(100);
  expect(await w.value.item()).toBe(501);
});
