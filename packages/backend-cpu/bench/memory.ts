import { conv } from '../src/kernels/conv.ts';
import { convKernelGradient, sumSlices } from '../src/kernels/conv-gradient.ts';
import { planConvKernelGradient } from '../src/kernels/conv-gradient-plan.ts';
import { planConv, planConvInputGradient } from '../src/kernels/conv-plan.ts';
import { depthwise, depthwiseKernelGradient } from '../src/kernels/depthwise.ts';
import type { KernelPlan } from '../src/kernels/kernel.ts';
import { avgPool, avgPoolGradient, maxPool, maxPoolGradient, maxPoolPick } from '../src/kernels/pool.ts';
import { planAvgPool, planAvgPoolGradient, planMaxPool, planMaxPoolGradient } from '../src/kernels/pool-plan.ts';
import { type Contender, Engine, OPTIONS, race } from './engine.ts';

const KERNELS = [avgPool, avgPoolGradient, maxPool, maxPoolGradient, maxPoolPick];

/** What memory limits: pools and depthwise convolutions, in bytes read and written once per element. */
export function run(): void {
  pools(64, 28, 32, 2, 2);
  pools(64, 14, 64, 2, 2);
  pools(16, 56, 64, 3, 2);
  const shape = { batch: 8, input: [56, 56], kernel: [3, 3], channels: 96, filters: 96, groups: 96 };
  const around = {
    strides: [1, 1],
    dilations: [1, 1],
    padding: [
      [1, 1],
      [1, 1],
    ] as const,
  };
  const engine = new Engine([conv, convKernelGradient, sumSlices, depthwise, depthwiseKernelGradient], OPTIONS);
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
