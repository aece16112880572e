import {
  KERNELS,
  type KernelPlan,
  planAvgPool,
  planAvgPoolGradient,
  planConv,
  planConvInputGradient,
  planConvKernelGradient,
  planMaxPool,
  planMaxPoolGradient,
  planTranspose,
} from '../test/kernels/kernels.ts';
import { type Contender, Engine, OPTIONS, race } from './engine.ts';

/** What memory limits: pools and depthwise convolutions, in bytes read and written once per element. */
export function run(): void {
  pools(64, 28, 32, 2, 2);
  pools(64, 14, 64, 2, 2);
  pools(16, 56, 64, 3, 2);
  transposes();
  const shape = { batch: 8, input: [56, 56], kernel: [3, 3], channels: 96, filters: 96, groups: 96 };
  const around = {
    strides: [1, 1],
    dilations: [1, 1],
    padding: [
      [1, 1],
      [1, 1],
    ] as const,
  };
  const engine = new Engine(KERNELS, OPTIONS);
  const [x, dy] = [engine.floats(8 * 56 * 56 * 96), engine.floats(8 * 56 * 56 * 96)];
  const w = engine.floats(9 * 96);
  const amount = 2 * 8 * 56 * 56 * 96 * 9;
  const contender = (name: string, plan: KernelPlan): Contender => {
    return { name, amount, run: engine.prepare(plan, { x, y: dy, dy, dx: x, w, dw: w }) };
  };
  race('depthwise 8 x 56 x 56 x 96, 3 x 3, GFLOP/s', [
    contender('forward', planConv({ ...shape, ...around }, OPTIONS)),
    contender('input gradient', planConvInputGradient({ ...shape, ...around }, OPTIONS)),
    contender('kernel gradient', planConvKernelGradient({ ...shape, ...around }, OPTIONS)),
  ]);
}

function pools(batch: number, size: number, channels: number, window: number, stride: number): void {
  const padding = [
    [0, 0],
    [0, 0],
  ] as const;
  const shape = { batch, input: [size, size], channels, window: [window, window], strides: [stride, stride], padding };
  const out = Math.floor((size - window) / stride) + 1;
  const engine = new Engine(KERNELS, OPTIONS, 128);
  const [x, dx] = [engine.floats(batch * size * size * channels), engine.floats(batch * size * size * channels)];
  const y = engine.floats(batch * out * out * channels);
  const bytes = 4 * batch * channels * (size * size + out * out);
  const contender = (name: string, plan: KernelPlan, amount: number): Contender => {
    return { name, amount, run: engine.prepare(plan, { x, y, dy: y, dx }) };
  };
  race(`pool ${batch} x ${size} x ${size} x ${channels}, ${window} x ${window} / ${stride}, GB/s`, [
    contender('maximum', planMaxPool(shape), bytes),
    contender('its gradient', planMaxPoolGradient(shape), bytes + 4 * batch * channels * size * size),
    contender('average', planAvgPool(shape), bytes),
    contender('its gradient', planAvgPoolGradient(shape), bytes),
  ]);
}

function transposes(): void {
  const contender = (name: string, shape: readonly number[], permutation: readonly number[]): Contender => {
    const size = shape.reduce((product, axis) => product * axis, 1);
    const engine = new Engine(KERNELS, OPTIONS, 128);
    const [x, y] = [engine.floats(size), engine.floats(size)];
    return { name, amount: 8 * size, run: engine.prepare(planTranspose(shape, permutation), { x, y }) };
  };
  race('transpose, GB/s', [
    contender('1000 x 1000', [1000, 1000], [1, 0]),
    contender('1024 x 1024', [1024, 1024], [1, 0]),
    contender('32 heads of 128 x 64', [8, 128, 32, 64], [0, 2, 1, 3]),
    contender('channels last to first', [16, 56, 56, 64], [0, 3, 1, 2]),
    contender('colours to planes', [16, 224, 224, 3], [0, 3, 1, 2]),
  ]);
}
