import { gradients, stopGradient } from '@nablajs/autograd';
import { cpu } from '@nablajs/backend-cpu';
import { reference } from '@nablajs/backend-reference';
import {
  type Backend,
  type Compiled,
  compile,
  fromData,
  logSoftmax,
  oneHot,
  setBackend,
  type Tensor,
} from '@nablajs/tensor';
import { expect, test } from 'vitest';

function scores(shape: readonly number[], scale: number): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return fromData(
    Float32Array.from({ length: size }, (_, i) => scale * (((i * 7919) % 101) / 101 - 0.5)),
    shape,
  );
}

function labels(rows: readonly number[], classes: number): Tensor {
  const size = rows.reduce((a, b) => a * b, 1);
  // One of them is out of range.
  return fromData(
    Int32Array.from({ length: size }, (_, i) => (i === 2 ? classes : (i * 5) % classes)),
    rows,
  );
}

type Loss = (x: Tensor, y: Tensor) => Tensor;

const sparse: Loss = (x, y) => oneHot(y, x.shape.at(-1)!).mul(logSoftmax(x)).sum(-1).neg().mean();
const soft: Loss = (x, y) => y.mul(logSoftmax(x)).sum(-1).neg().mean();
/** Rows count differently, by what is not known before the step. */
const weighted: Loss = (x, y) => {
  const weights = stopGradient(x.max(-1)).abs();
  return logSoftmax(x)
    .mul(oneHot(y, x.shape.at(-1)!))
    .sum(-1)
    .mul(weights)
    .sum();
};

function trainer(loss: Loss): (x: Tensor, y: Tensor) => Tensor[] {
  return (x, y) => {
    const value = loss(x, y);
    return [value, ...gradients(value, [x])];
  };
}

async function found(backend: Backend, loss: Loss, x: () => Tensor, y: () => Tensor): Promise<number[][]> {
  const step = compile(trainer(loss), { backend });
  return Promise.all((await step(x(), y())).map(async (result) => Array.from(await result.data())));
}

test.each([
  [[5, 3], 1],
  [[7, 10], 100],
  [[3, 4, 33], 5],
  [[1, 64], 1],
] as const)('losses and gradients of scores %j within %d are those of the reference', async (shape, scale) => {
  const [classes, rows] = [shape.at(-1)!, shape.slice(0, -1)];
  const x = (): Tensor => scores(shape, scale);
  const [numbers, shares] = [() => labels(rows, classes), () => scores(shape, 1)];
  const [fast, truth] = [await cpu(), reference()];
  for (const [loss, y] of [
    [sparse, numbers],
    [soft, shares],
    [weighted, numbers],
  ] as const) {
    const [ours, theirs] = [await found(fast, loss, x, y), await found(truth, loss, x, y)];
    theirs.forEach((values, i) => {
      const room = 1e-5 * Math.max(1, ...values.map(Math.abs));
      values.forEach((value, j) => {
        expect(Math.abs(value - ours[i]![j]!)).toBeLessThan(room);
      });
    });
  }
});

/** The tasks of a program that go over all scores. */
async function passes(f: (x: Tensor, y: Tensor) => unknown, x: Tensor, y: Tensor): Promise<string[]> {
  setBackend(await cpu());
  const step = compile(f) as Compiled<[Tensor, Tensor], unknown>;
  await step.prepare(x, y);
  const lines = step.explain().split('\n');
  step.dispose();
  const tasks = lines.slice(lines.findIndex((line) => line.startsWith('cpu: ')) + 1);
  return tasks.flatMap((task) => (/16 x 20|oftmax|ntropy/.test(task) ? [task.trim().replace(/.*: /, '')] : []));
}

test('the loss is one pass over the scores, its gradient another, for labels and for rows of shares', async () => {
  const [x, y, t] = [scores([16, 20], 1), labels([16], 20), scores([16, 20], 1)];
  expect(await passes(sparse, x, y)).toEqual(['entropyLabels']);
  expect(await passes(soft, x, t)).toEqual(['entropyRows']);
  expect(await passes(trainer(sparse), x, y)).toEqual(['entropyLabels', 'entropyLabelsGradient']);
  expect(await passes(trainer(soft), x, t)).toEqual(['entropyRows', 'entropyRowsGradient']);
});

test('logarithms of softmax that somebody else reads stay', async () => {
  const both = (x: Tensor, t: Tensor): Tensor[] => {
    const y = logSoftmax(x);
    return [y, y.mul(t).sum(-1)];
  };
  expect(await passes(both, scores([16, 20], 1), scores([16, 20], 1))).toContain('logSoftmaxRows');
});
