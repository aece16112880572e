import { compile, concat, fromData, setBackend, type Tensor } from '@nablajs/tensor';
import { cpu } from '../src/index.ts';

function values(...shape: number[]): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return fromData(
    Float32Array.from({ length: size }, (_, i) => ((i * 7919) % 1013) / 1013 - 0.4),
    shape,
  );
}

/** Fused loops and folds, CPU time per element. */
export async function run(): Promise<void> {
  setBackend(await cpu());
  const time = async (
    name: string,
    elements: number,
    f: (...x: Tensor[]) => Tensor | Tensor[],
    ...x: Tensor[]
  ): Promise<void> => {
    const step = compile((...args: Tensor[]) => f(...args), { name });
    const once = async (): Promise<void> => {
      const made = await step(...x);
      for (const y of Array.isArray(made) ? made : [made]) y[Symbol.dispose]();
    };
    for (let i = 0; i < 20; i++) await once();
    await new Promise((resolve) => setTimeout(resolve, 100));
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 7; round++) {
      const begin = process.cpuUsage();
      for (let i = 0; i < 10; i++) await once();
      const { user, system } = process.cpuUsage(begin);
      best = Math.min(best, ((user + system) * 100) / elements);
    }
    console.log(`${name.padEnd(44)} ${best.toFixed(3)} ns per element, ${((best * elements) / 1e6).toFixed(3)} ms`);
    step.dispose();
  };
  const [a, b] = [values(50176, 32), values(50176, 32)];
  const n = 50176 * 32;
  await time(
    'relu-gradient and bias-gradient',
    n,
    (a, b) => {
      const g = a!.greater(0).where(b!, 0);
      return [g, g.sum(0)];
    },
    a,
    b,
  );
  await time('relu-gradient', n, (a, b) => a!.greater(0).where(b!, 0), a, b);
  await time('column sums', n, (a) => a!.sum(0), a);
  await time('row sums', n, (a) => a!.sum(1), a);
  await time('sum', n, (a) => a!.sum(), a);
  await time('row sums of 1568', n, (a) => a!.reshape([1024, 1568]).sum(1), a);
  await time('column sums of 1568', n, (a) => a!.reshape([1024, 1568]).sum(0), a);
  await time('bias and relu', n, (a, b) => a!.add(b!).maximum(0), a, values(32));
  await time('column times', n, (a, b) => a!.mul(b!), a, values(50176, 1));
  await time('a + b', n, (a, b) => a!.add(b!), a, b);
  await time('a * 2 + 1', n, (a) => a!.mul(2).add(1), a);
  for (const f of ['exp', 'log', 'tanh', 'sigmoid', 'erf', 'sin', 'expm1', 'log1p', 'sqrt'] as const)
    await time(f, n, (a) => a![f](), a);
  await time('pow', n, (a, b) => a!.abs().pow(b!), a, b);
  await time('softmax of 32', n, (a) => a!.softmax(), a);
  await time('argMax of 32', n, (a) => a!.argMax(), a);
  await time('transpose', n, (a) => a!.transpose(), a);
  await time('transpose NHWC to NCHW', n, (a) => a!.reshape([64, 784, 32]).transpose([0, 2, 1]), a);
  await time('slice', n / 2, (a) => a!.slice([0, 8], [50176, 16]), a);
  await time('concat', 2 * n, (a, b) => concat([a!, b!], 0), a, b);
  await time(
    'batch normalisation',
    n,
    (x, g) => {
      const mean = x!.mean(0, { keepDims: true });
      const variance = x!.sub(mean).square().mean(0, { keepDims: true });
      return x!.sub(mean).mul(variance.add(1e-3).sqrt().reciprocal().mul(g!)).add(g!);
    },
    a,
    values(32),
  );
}
