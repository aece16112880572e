import { gradients } from '@nablajs/autograd';
import { reference } from '@nablajs/backend-reference';
import { gather, setBackend, tensor, variable } from '@nablajs/tensor';
import { beforeAll, expect, test } from 'vitest';
import { type OptimizerJSON, optimizerFrom, SparseAdam } from '../src/index.ts';

beforeAll(() => setBackend(reference()));

const START = [
  [-1, -0.75],
  [-0.5, -0.25],
  [0, 0.25],
  [0.5, 0.75],
];
// torch 1.13 in float64: SparseAdam(lr=0.1) on Embedding(4, 2, sparse=True), the loss the sum of squares of the rows looked up.
const PATH = [
  [
    [0, 2, 2],
    [-0.9000000158113858, -0.6500000210818466, -0.5, -0.25, 0, 0.1500000316227666, 0.5, 0.75],
  ],
  [
    [2, 3],
    [
      -0.9000000158113858, -0.6500000210818466, -0.5, -0.25, 0, 0.06443033623304872, 0.4255863411749669,
      0.6755863333310802,
    ],
  ],
  [
    [0],
    [
      -0.8145076522268718, -0.564690817301344, -0.5, -0.25, 0, 0.06443033623304872, 0.4255863411749669,
      0.6755863333310802,
    ],
  ],
  [
    [2, 0],
    [
      -0.7244997275665336, -0.47520986085014383, -0.5, -0.25, 0, -0.0024136256920209986, 0.4255863411749669,
      0.6755863333310802,
    ],
  ],
] as const;

test('rows that a batch does not use stay, as in PyTorch', async () => {
  const table = variable(tensor(START), { name: 'embeddings' });
  const optimizer = new SparseAdam(0.1);
  for (const [rows, expected] of PATH) {
    const loss = gather(table.value, tensor([...rows], 'int32'), 0)
      .square()
      .sum();
    optimizer.apply([table], gradients(loss, [table]));
    const found = await table.value.data();
    for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 5);
  }
});

test('each element of a vector is a row, and so is a scalar', async () => {
  const [vector, scalar] = [variable(tensor([1, 2]), { name: 'v' }), variable(tensor(3), { name: 's' })];
  const optimizer = optimizerFrom(new SparseAdam({ amsgrad: true }).toJSON() as OptimizerJSON);
  for (let i = 0; i < 2; i++) optimizer.apply([vector, scalar], [tensor([1, i]), tensor(i)]);
  const [a, b] = await vector.value.data();
  expect(a).toBeCloseTo(0.998, 5);
  // One step with the first gradient, as late as the second update: rate sqrt(1 - b2^2) / (1 - b1^2) (1 - b1) / sqrt(1 - b2).
  const step = (0.001 * Math.sqrt(1 - 0.999 ** 2)) / (1 - 0.9 ** 2) / (Math.sqrt(1 - 0.999) / 0.1);
  expect(b).toBeCloseTo(2 - step, 6);
  expect(await scalar.value.item()).toBeCloseTo(3 - step, 6);
});
