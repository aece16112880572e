import { gradients } from '@nablajs/autograd';
import { cpu } from '@nablajs/backend-cpu';
import { CategoricalCrossentropy, type Loss, SparseCategoricalCrossentropy } from '@nablajs/losses';
import { type Compiled, compile, setBackend, softmax, type Tensor, zeros } from '@nablajs/tensor';
import { expect, test } from 'vitest';

/** The kernels that go over all scores in a step on the cpu backend. */
async function passes(loss: Loss, predict: (x: Tensor) => Tensor, truth: Tensor): Promise<string[]> {
  setBackend(await cpu());
  const step = compile((x: Tensor, y: Tensor) => {
    const value = loss.apply(y, predict(x));
    return [value, ...gradients(value, [x])];
  }) as Compiled<[Tensor, Tensor], unknown>;
  await step.prepare(zeros([16, 20]), truth);
  const tasks = step.explain().split('\ncpu: ')[1]!.split('\n');
  step.dispose();
  return tasks.flatMap((task) => (/16 x 20|oftmax|ntropy/.test(task) ? [task.trim().replace(/.*: /, '')] : []));
}

test.each([
  ['scores', true, (x: Tensor): Tensor => x],
  ['a softmax', false, (x: Tensor): Tensor => softmax(x)],
] as const)(
  'cross-entropy of %s takes one pass there and one back on the cpu backend',
  async (_, fromLogits, predict) => {
    const rows = new CategoricalCrossentropy({ fromLogits });
    expect(await passes(rows, predict, zeros([16, 20]))).toEqual(['entropyRows', 'entropyRowsGradient']);
    const labels = new SparseCategoricalCrossentropy({ fromLogits });
    for (const shape of [[16], [16, 1]]) {
      const found = await passes(labels, predict, zeros(shape, 'int32'));
      expect(found).toEqual(['entropyLabels', 'entropyLabelsGradient']);
    }
  },
);
