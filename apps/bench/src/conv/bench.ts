// 3x3 convolutions of training: forward and both gradients, against the forward pass of others.
import { cpu } from '@nablajs/backend-cpu';
import { onnxruntime } from '@nablajs/backend-onnxruntime';
import { type Backend, compile, conv2d, fromData, gradients, type Tensor } from 'nablajs';
import type { Bench, BenchOptions, Cell, Table } from '../frame/bench.ts';
import { type Contender, race } from '../frame/race.ts';
import { type Convolution, sample } from './sample.ts';
import { tfjsForward } from './tfjs.ts';

const CONVOLUTIONS: readonly Convolution[] = [
  { batch: 64, size: 28, channels: 32, filters: 64 },
  { batch: 32, size: 32, channels: 64, filters: 64 },
];

/** The benchmark. */
export const conv: Bench = {
  async run(options): Promise<readonly Table[]> {
    const tables: Table[] = [];
    for (const shape of CONVOLUTIONS) tables.push(await tableOf(shape, options));
    return tables;
  },
};

async function tableOf(shape: Convolution, { full, threads, root }: BenchOptions): Promise<Table> {
  const { batch, size, channels, filters } = shape;
  const ours = await cpu({ threads });
  const native = await onnxruntime({ threads });
  const contenders = [
    await nabla('Nabla cpu, forward', ours, shape, (x, w) => conv2d(x, w, { padding: 'same' })),
    await nabla('Nabla cpu, gradient of the input', ours, shape, (x, w, dy) => slope(x, w, dy, x)),
    await nabla('Nabla cpu, gradient of the kernel', ours, shape, (x, w, dy) => slope(x, w, dy, w)),
    await nabla('onnxruntime-node, forward', native, shape, (x, w) => conv2d(x, w, { padding: 'same' })),
    await tfjsForward(root, shape),
  ];
  const times = await race(contenders, { rounds: full ? 40 : 12, turn: full ? 200 : 100, processor: threads === 1 });
  await ours.dispose();
  await native.dispose();
  const operations = 2 * 9 * batch * size * size * channels * filters;
  const last = times.at(-1)!;
  return {
    title: `Convolution ${batch} x ${size} x ${size} x ${channels} -> ${filters}, 3 x 3, ${threads === 1 ? 'one thread' : `${threads} threads`}`,
    columns: [
      { title: '' },
      { title: 'median ms', digits: 2 },
      { title: 'GFLOP/s, as if direct', digits: 1 },
      { title: 'times as fast as TensorFlow.js', digits: 2 },
    ],
    rows: contenders.map(({ name }, i): Cell[] => {
      const { median } = times[i]!;
      return [name, median, operations / median / 1e6, last.median / median];
    }),
    notes: ['TensorFlow.js: its wasm engine with SIMD, one thread; it has no kernel for the gradient of the kernel.'],
  };
}

function slope(x: Tensor, w: Tensor, dy: Tensor, of: Tensor): Tensor {
  const [gradient] = gradients(conv2d(x, w, { padding: 'same' }).mul(dy).sum(), [of]);
  return gradient!;
}

async function nabla(
  name: string,
  backend: Backend,
  { batch, size, channels, filters }: Convolution,
  f: (x: Tensor, w: Tensor, dy: Tensor) => Tensor,
): Promise<Contender> {
  const tensor = (...shape: number[]): Tensor => fromData(sample(shape.reduce((a, b) => a * b, 1)), shape);
  const x = tensor(batch, size, size, channels);
  const w = tensor(3, 3, channels, filters);
  const dy = tensor(batch, size, size, filters);
  const compiled = compile(f, { name, backend });
  return {
    name,
    async run(times): Promise<undefined> {
      for (let i = 0; i < times; i++) (await compiled(x, w, dy))[Symbol.dispose]();
    },
  };
}
