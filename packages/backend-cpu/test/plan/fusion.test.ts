import { gradients } from '@nablajs/autograd';
import { cpu } from '@nablajs/backend-cpu';
import {
  type Compiled,
  compile,
  conv2d,
  maxPool,
  setBackend,
  type Tensor,
  tensor,
  variable,
  zeros,
} from '@nablajs/tensor';
import { beforeAll, expect, test } from 'vitest';

beforeAll(async () => setBackend(await cpu()));

/** The tasks of the program for `f`, one line each. */
async function tasksOf(f: (...x: Tensor[]) => unknown, ...shapes: readonly number[][]): Promise<string[]> {
  const step = compile(f) as Compiled<Tensor[], unknown>;
  await step.prepare(...shapes.map((shape) => zeros(shape)));
  const lines = step.explain().split('\n');
  step.dispose();
  return lines.slice(lines.findIndex((line) => line.startsWith('cpu: ')) + 1).map((line) => line.trim());
}

test('a chain with broadcast operands is one loop', async () => {
  const tasks = await tasksOf((x, row, column) => x!.add(row!).mul(column!).tanh().sub(1), [32, 10], [10], [32, 1]);
  expect(tasks).toEqual(['add_mul_tanh_sub over 32 x 10']);
});

test('bias and ReLU go into products and convolutions, through reshapes too', async () => {
  expect(await tasksOf((x, w, b) => x!.matmul(w!).add(b!).relu(), [8, 5], [5, 3], [3])).toEqual([
    expect.stringMatching(/^matmul \+ bias, relu/),
  ]);
  expect(await tasksOf((x, w, b) => conv2d(x!, w!).add(b!).relu(), [2, 8, 8, 3], [3, 3, 3, 4], [4])).toEqual([
    expect.stringMatching(/^conv \+ bias, relu/),
  ]);
  const dense3d = (x: Tensor, w: Tensor, b: Tensor): Tensor => x.reshape([12, 5]).matmul(w).reshape([3, 4, 6]).add(b);
  expect(await tasksOf((x, w, b) => dense3d(x!, w!, b!), [3, 4, 5], [5, 6], [6])).toHaveLength(1);
  const heads = (x: Tensor, w: Tensor, b: Tensor): Tensor => x.matmul(w).reshape([2, 4, 2, 3]).add(b);
  expect(await tasksOf((x, w, b) => heads(x!, w!, b!), [8, 5], [5, 6], [2, 3])).toHaveLength(1);
  expect(await tasksOf((x, w, b) => heads(x!, w!, b!), [8, 5], [5, 6], [3])).toHaveLength(2);
  expect(await tasksOf((x, w, b) => heads(x!, w!, b!), [8, 5], [5, 6], [4, 2, 3])).toHaveLength(2);
});

test('of two products of one row that are added, one is the bias of the other', async () => {
  const sum = (x: Tensor, w: Tensor, v: Tensor): Tensor => x.matmul(w).add(x.matmul(v)).relu();
  expect(await tasksOf((x, w, v) => sum(x!, w!, v!), [1, 5], [5, 3], [5, 3])).toEqual([
    expect.stringMatching(/^matmul/),
    expect.stringMatching(/^matmul \+ bias, relu/),
  ]);
  const step = compile(sum);
  const y = await step(tensor([[1, 2]]), tensor([[1], [1]]), tensor([[10], [1]]));
  expect(await y.array()).toEqual([[3 + 12]]);
});

test('a value that somebody else reads is not swallowed by an epilogue', async () => {
  const both = (x: Tensor, w: Tensor): Tensor[] => {
    const y = x.matmul(w);
    return [y, y.relu()];
  };
  expect(await tasksOf((x, w) => both(x!, w!), [8, 5], [5, 3])).toHaveLength(2);
});

test('folds take the chain before them along, and its results when others need them', async () => {
  expect(await tasksOf((x, y) => x!.sub(y!).square().sum(0), [32, 10], [32, 10])).toEqual(['sub_mul_sum over 32 x 10']);
  const gradient = (y: Tensor, dy: Tensor): Tensor[] => {
    const dz = y.greater(0).where(dy, 0);
    return [dz, dz.sum(0)];
  };
  expect(await tasksOf((y, dy) => gradient(y!, dy!), [32, 10], [32, 10])).toEqual(['less_where_sum over 32 x 10']);
});

test('an optimizer update is one pass over its state', async () => {
  const [p, m, v] = [variable(zeros([64, 8])), variable(zeros([64, 8])), variable(zeros([64, 8]))];
  const tasks = await tasksOf(
    (g) => {
      m.assign(m.value.mul(0.9).add(g!.mul(0.1)));
      v.assign(v.value.mul(0.999).add(g!.square().mul(0.001)));
      p.assign(p.value.sub(m.value.mul(0.01).div(v.value.sqrt().add(1e-7))));
      return g!.sum();
    },
    [64, 8],
  );
  expect(tasks).toHaveLength(1);
});

test('views cost nothing where loops read them, and gradients of slices are put together once', async () => {
  const gates = (z: Tensor): Tensor => {
    const [i, f] = [z.slice([0, 0], [4, 8]), z.slice([0, 8], [4, 8])];
    return i.sigmoid().mul(f.tanh());
  };
  expect(await tasksOf((z) => gates(z!), [4, 16])).toHaveLength(1);
  const whole = (a: Tensor, b: Tensor): Tensor =>
    a
      .pad([
        [0, 0],
        [0, 3],
      ])
      .add(
        b.pad([
          [0, 0],
          [5, 0],
        ]),
      );
  expect(await tasksOf((a, b) => whole(a!, b!), [2, 5], [2, 3])).toEqual(['pieces of 2 -> [2, 8]']);
});

test('cheap values are computed again rather than stored', async () => {
  const normalised = (x: Tensor): Tensor => {
    const centred = x.sub(x.mean(0, { keepDims: true }));
    return centred.div(centred.square().mean(0, { keepDims: true }).sqrt());
  };
  // The centred values are not among the results of any loop: two passes read x itself.
  const tasks = await tasksOf((x) => normalised(x!.exp()), [64, 32]);
  expect(tasks).toEqual([
    'exp_sum over 64 x 32',
    'mul over 32',
    'sub_mul_sum over 64 x 32',
    'mul_sqrt over 32',
    'sub_div over 64 x 32',
  ]);
});

test('batch normalisation takes two passes there and two back', async () => {
  const [gamma, beta] = [variable(zeros([8])), variable(zeros([8]))];
  const norm = (x: Tensor): Tensor => {
    const centred = x.sub(x.mean([0, 1]));
    const inverse = centred.square().mean([0, 1]).add(0.001).rsqrt();
    return centred.mul(inverse.mul(gamma.value)).add(beta.value).relu();
  };
  const tasks = await tasksOf(
    (x, w) => {
      const loss = norm(x!).matmul(w!).square().sum();
      return gradients(loss, [x!, gamma, beta]);
    },
    [16, 4, 8],
    [16, 8, 2],
  );
  const passes = tasks.filter((task) => /16 x 4 x 8|moments/.test(task));
  expect(passes.map((task) => task.replace(/ over .*| ->.*/, ''))).toEqual([
    'moments',
    'sub_mul_add_maximum',
    'less_where_sub_mul_sum_sum',
    'mul_sub_mul_add_add_add',
  ]);
});

test('large folds that leave little are cut into blocks that threads can share', async () => {
  expect(await tasksOf((x) => x!.mul(x!).sum(), [300, 600])).toEqual(['mul_sum over 60 x 5 x 600', 'sum over 60']);
  expect(await tasksOf((x) => x!.max([0, 1]), [40, 70, 64])).toEqual(['max over 40 x 70 x 64', 'max over 40 x 64']);
  expect(await tasksOf((x) => x!.sum(0), [1024, 256])).toHaveLength(1);
  expect(await tasksOf((x) => x!.sum(), [64, 64])).toHaveLength(1);
});

test('masks and sums behind a max pool run over the pooled gradient', async () => {
  const b = variable(zeros([4]));
  const tasks = await tasksOf(
    (x, k) => {
      const y = maxPool(conv2d(x!, k!, { padding: 'same' }).add(b.value).relu(), { window: 2 });
      return gradients(y.square().sum(), [x!, b]);
    },
    [2, 8, 8, 3],
    [3, 3, 3, 4],
  );
  expect(tasks.filter((task) => /over 2 x 8 x 8/.test(task))).toEqual([]);
  expect(tasks.some((task) => /where_sum over 2 x 4 x 4 x 4/.test(task))).toBe(true);
});
