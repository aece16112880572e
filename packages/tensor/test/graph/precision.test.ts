// Mixed precision: which ops compute on halves, and that nothing else changes.
import { gradients } from '@nablajs/autograd';
import { cpu } from '@nablajs/backend-cpu';
import { reference } from '@nablajs/backend-reference';
import {
  ConfigError,
  compile,
  conv,
  fullPrecision,
  type Graph,
  logSoftmax,
  matmul,
  roundToHalf,
  setBackend,
  specOf,
  type Tensor,
  tensor,
} from '@nablajs/tensor';
import { expect, test } from 'vitest';

const backend = reference();
setBackend(backend);

/** The graph of a function in mixed precision. */
async function graphOf(f: (...xs: Tensor[]) => Tensor | Tensor[], ...args: Tensor[]): Promise<Graph> {
  let graph: Graph | null = null;
  const listening = {
    ...backend,
    compile: (found: Graph) => {
      graph = found;
      return backend.compile(found);
    },
  };
  await compile(f, { backend: listening, precision: 'mixedFloat16' }).prepare(...args);
  return graph!;
}

/** `conv float16`, one for each instruction of these ops. */
function dtypes({ code }: Graph, ...ops: readonly string[]): string[] {
  return code.filter(({ op }) => ops.includes(op)).map(({ op, spec }) => `${op} ${spec.dtype}`);
}

const waves = (...shape: number[]): Tensor => {
  const size = shape.reduce((product, n) => product * n, 1);
  return tensor(Array.from({ length: size }, (_, i) => Math.sin(1.3 * i))).reshape(shape);
};

test('products and convolutions, forward and in gradients, take halves; all else is float32', async () => {
  const loss = (x: Tensor, kernel: Tensor, w: Tensor): Tensor => {
    const features = conv(x, kernel).relu().flatten().reshape([2, 48]);
    return logSoftmax(features.matmul(w)).mean();
  };
  const step = (x: Tensor, kernel: Tensor, w: Tensor): Tensor[] => gradients(loss(x, kernel, w), [x, kernel, w]);
  const graph = await graphOf(step, waves(2, 6, 6, 1), waves(3, 3, 1, 3), waves(48, 5));
  expect(dtypes(graph, 'conv', 'convInputGradient', 'convKernelGradient', 'matmul').sort()).toEqual([
    'conv float16',
    'convInputGradient float16',
    'convKernelGradient float16',
    'matmul float16',
    'matmul float16',
    'matmul float16',
  ]);
  const sums = ['conv', 'convInputGradient', 'convKernelGradient', 'matmul', 'cast'];
  const others = graph.code.filter(({ op }) => !sums.includes(op));
  expect(others.length).toBeGreaterThan(5);
  expect(others.filter(({ spec }) => spec.dtype === 'float16')).toEqual([]);
  expect(graph.outputs.map((output) => specOf(graph, output).dtype)).toEqual(['float32', 'float32', 'float32']);
});

test('a value is rounded once, however often it is used, and not again when it was a half already', async () => {
  const x = waves(4, 4);
  const square = await graphOf((a) => [a.matmul(a), a.transpose().matmul(a)], x);
  expect(dtypes(square, 'cast')).toEqual(['cast float16', 'cast float32', 'cast float32']);
  const chain = await graphOf((a, b) => a.matmul(b).matmul(b), x, waves(4, 4).add(1));
  expect(dtypes(chain, 'cast')).toEqual(['cast float16', 'cast float16', 'cast float32']);
});

test('the result is the rounded sum of products of rounded operands', async () => {
  const [a, b] = [waves(3, 5), waves(5, 2).add(0.1)];
  const mixed = compile((x: Tensor, y: Tensor) => matmul(x, y), { backend, precision: 'mixedFloat16' });
  const [left, right] = await Promise.all([a, b].map(async (x) => Array.from(await x.data(), roundToHalf)));
  const expected = Array.from({ length: 6 }, (_, i) => {
    const [row, column] = [Math.floor(i / 2), i % 2];
    return roundToHalf([0, 1, 2, 3, 4].reduce((sum, k) => sum + left![row * 5 + k]! * right![k * 2 + column]!, 0));
  });
  expect(Array.from(await (await mixed(a, b)).data())).toEqual(expected);
});

test('what is marked keeps its precision, and so does its gradient', async () => {
  const [x, w] = [waves(3, 4), waves(4, 2)];
  const f = (a: Tensor, b: Tensor): Tensor[] =>
    gradients(
      fullPrecision(() => a.matmul(b))
        .square()
        .sum(),
      [a, b],
    );
  const marked = await graphOf(f, x, w);
  expect(dtypes(marked, 'matmul', 'cast')).toEqual(['matmul float32', 'matmul float32', 'matmul float32']);
});

test('other floats and whole numbers are left alone', async () => {
  const x = waves(3, 3);
  const graph = await graphOf(
    (a) => [a.cast('float64').matmul(a.cast('float64')), a.cast('float16').matmul(a.cast('float16'))],
    x,
  );
  expect(dtypes(graph, 'matmul')).toEqual(['matmul float64', 'matmul float16']);
});

test('a backend without halves names the alternatives', async () => {
  const without = await cpu();
  const step = compile((x: Tensor) => x.matmul(x), { backend: without, precision: 'mixedFloat16' });
  await expect(step(waves(2, 2))).rejects.toThrow(ConfigError);
  await expect(step(waves(2, 2))).rejects.toThrow(
    "precision 'mixedFloat16' needs float16, which backend 'cpu' does not have. Use precision 'float32', or a backend that",
  );
  await without.dispose();
});
