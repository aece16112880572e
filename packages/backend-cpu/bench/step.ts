import { gradients } from '@nablajs/autograd';
import {
  type Compiled,
  compile,
  conv2d,
  fromData,
  logSoftmax,
  maxPool,
  oneHot,
  randomBernoulli,
  randomUniform,
  relu,
  scalar,
  setBackend,
  setSeed,
  type Tensor,
  type Variable,
  variable,
  zeros,
} from '@nablajs/tensor';
import { cpu } from '../src/index.ts';

const BATCH = 64;

/** One training step of a small convolutional network with Adam, compiled. */
export function trainingStep(batch: number): Compiled<[Tensor, Tensor], Tensor> {
  const weight = (shape: number[], fanIn: number): Variable => {
    const limit = Math.sqrt(6 / fanIn);
    return variable(randomUniform(shape, { minval: -limit, maxval: limit }));
  };
  const parameters = [
    ...[weight([3, 3, 1, 32], 9), variable(zeros([32])), weight([3, 3, 32, 64], 288), variable(zeros([64]))],
    ...[weight([3136, 128], 3136), variable(zeros([128])), weight([128, 10], 128), variable(zeros([10]))],
  ];
  const first = parameters.map((p) => variable(zeros(p.shape)));
  const second = parameters.map((p) => variable(zeros(p.shape)));
  const count = variable(scalar(0));

  return compile(
    (x: Tensor, labels: Tensor) => {
      const [k1, b1, k2, b2, w1, c1, w2, c2] = parameters.map((p) => p.value) as Tensor[];
      const h1 = maxPool(relu(conv2d(x, k1!, { padding: 'same' }).add(b1!)), { window: 2 });
      const h2 = maxPool(relu(conv2d(h1, k2!, { padding: 'same' }).add(b2!)), { window: 2 });
      const h3 = relu(h2.reshape([batch, 3136]).matmul(w1!).add(c1!));
      const h4 = randomBernoulli(h3.shape, 0.5).where(h3.mul(2), 0);
      const scores = logSoftmax(h4.matmul(w2!).add(c2!));
      const loss = scores.mul(oneHot(labels, 10)).sum(1).mean().neg();
      const slopes = gradients(loss, parameters);
      count.assign(count.value.add(1));
      const rate = scalar(0.001)
        .mul(scalar(1).sub(scalar(0.999).pow(count.value)).sqrt())
        .div(scalar(1).sub(scalar(0.9).pow(count.value)));
      parameters.forEach((p, i) => {
        const g = slopes[i]!;
        const [m, v] = [first[i]!, second[i]!];
        m.assign(m.value.mul(0.9).add(g.mul(0.1)));
        v.assign(v.value.mul(0.999).add(g.square().mul(0.001)));
        p.assign(p.value.sub(m.value.mul(rate).div(v.value.sqrt().add(1e-7))));
      });
      return loss;
    },
    { name: 'step' },
  );
}

/** One step of gradient descent of the network of 3, 2 and 3 neurons, compiled. */
export function smallNetwork(): Compiled<[Tensor, Tensor], null> {
  const weights = [
    ...[variable(randomUniform([3, 2])), variable(zeros([2]))],
    ...[variable(randomUniform([2, 3])), variable(zeros([3]))],
  ];
  return compile((x: Tensor, y: Tensor) => {
    const [w1, b1, w2, b2] = weights.map(({ value }) => value) as [Tensor, Tensor, Tensor, Tensor];
    const hidden = x.matmul(w1).add(b1).sigmoid();
    const loss = hidden.matmul(w2).add(b2).sigmoid().sub(y).square().mean();
    const slopes = gradients(loss, weights);
    weights.forEach((weight, i) => {
      weight.assign(weight.value.sub(slopes[i]!.mul(0.1)));
    });
    return null;
  });
}

/** Time of a training step, and what it is made of: run with `--cpu-prof` for the rest. */
export async function run(): Promise<void> {
  setBackend(await cpu({ threads: Number(process.env['THREADS'] ?? 1), turbo: process.env['TURBO'] === '1' }));
  setSeed(1);
  const x = fromData(
    Float32Array.from({ length: BATCH * 784 }, (_, i) => ((i * 7919) % 256) / 255),
    [BATCH, 28, 28, 1],
  );
  const y = fromData(
    Int32Array.from({ length: BATCH }, (_, i) => i % 10),
    [BATCH],
  );
  const step = trainingStep(BATCH);
  const start = process.cpuUsage();
  const before = await (await step(x, y)).item();
  const { user, system } = process.cpuUsage(start);
  console.log(`first step ${((user + system) / 1000).toFixed(0)} ms of CPU time, loss ${before.toFixed(4)}`);
  if (process.env['EXPLAIN']) console.log(step.explain());
  let last = before;
  const times: string[] = [];
  for (let round = 0; round < 8; round++) {
    const begin = process.cpuUsage();
    const from = performance.now();
    for (let i = 0; i < 40; i++) last = await (await step(x, y)).item();
    const { user, system } = process.cpuUsage(begin);
    times.push(`${((user + system) / 1000 / 40).toFixed(2)} (${((performance.now() - from) / 40).toFixed(2)})`);
  }
  console.log(`CPU (wall) ms per step: ${times.join(' ')}, loss ${last.toFixed(4)}`);
}
