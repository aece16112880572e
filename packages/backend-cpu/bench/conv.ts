import {
  type ConvShape,
  KERNELS,
  planConv,
  planConvInputGradient,
  planConvKernelGradient,
} from '../test/kernels/kernels.ts';
import { type Contender, Engine, OPTIONS, race } from './engine.ts';
import { peak } from './peak.ts';

/** Convolutions and their gradients, counted as direct convolution. */
export function run(): void {
  table(64, 28, 1, 32);
  table(64, 14, 32, 64);
  table(32, 32, 64, 64);
  table(8, 56, 64, 64, 3, 2);
  table(1, 28, 64, 64);
  table(1, 7, 256, 256);
  table(16, 64, 3, 32);
  table(16, 28, 128, 128, 1);
}

function table(batch: number, size: number, channels: number, filters: number, taps = 3, stride = 1): void {
  const pad = (taps - 1) >> 1;
  const shape: ConvShape = {
    ...{ batch, input: [size, size], kernel: [taps, taps], channels, filters, groups: 1 },
    ...{
      strides: [stride, stride],
      dilations: [1, 1],
      padding: [
        [pad, pad],
        [pad, pad],
      ],
    },
  };
  const out = Math.ceil(size / stride);
  const engine = new Engine(KERNELS, OPTIONS);
  const x = engine.floats(batch * size * size * channels);
  const dy = engine.floats(batch * out * out * filters);
  const w = engine.floats(taps * taps * channels * filters);
  const bias = engine.floats(filters);
  const buffers = { x, y: dy, dx: x, dy, w, dw: w, bias };
  const amount = 2 * batch * out * out * filters * channels * taps * taps;
  const contender = (name: string, run: () => void): Contender => ({ name, amount, run });
  race(`${batch} x ${size} x ${size} x ${channels} -> ${filters}, ${taps} x ${taps} / ${stride}, GFLOP/s`, [
    peak(OPTIONS.relaxed),
    contender('forward, bias, ReLU', engine.prepare(planConv(shape, OPTIONS, { bias: true, relu: true }), buffers)),
    contender('input gradient', engine.prepare(planConvInputGradient(shape, OPTIONS), buffers)),
    contender('kernel gradient', engine.prepare(planConvKernelGradient(shape, OPTIONS), buffers)),
  ]);
}
