import { describe, expect, it } from 'vitest';
import { runner, SETTINGS, values } from './harness.ts';
import {
  type ConvShape,
  DEFAULT_TILE,
  KERNELS,
  type KernelPlan,
  type PoolShape,
  planAvgPoolGradient,
  planConv,
  planConvInputGradient,
  planConvKernelGradient,
  planMatmul,
  planMaxPoolGradient,
  planResizeGradient,
  planTranspose,
  tallRows,
  tileFor,
} from './kernels.ts';

const options = SETTINGS[1]!;
const epilogue = { bias: true, relu: true };
const around = [
  [1, 1],
  [1, 1],
] as const;
const plain: ConvShape = {
  ...{ batch: 5, input: [18, 19], kernel: [3, 3], channels: 7, filters: 20, groups: 1 },
  ...{ strides: [1, 1], dilations: [1, 1], padding: around },
};
const colours: ConvShape = { ...plain, channels: 3, filters: 32, input: [23, 41], dilations: [2, 1] };
const tiled: ConvShape = { ...plain, batch: 20, input: [9, 14], channels: 21, filters: 19 };
const depthwise: ConvShape = { ...plain, channels: 20, groups: 20 };
const pool: PoolShape = { ...plain, window: [3, 3], strides: [2, 2] };
const matmul = { batch: 1, m: 75, n: 61, k: 530, transposeA: false, transposeB: true };

const PLANS: Readonly<Record<string, (o: typeof options) => KernelPlan>> = {
  matmul: (o) => planMatmul(matmul, o, epilogue),
  'batched matmul': (o) => planMatmul({ ...matmul, batch: 3, transposeB: false }, o, epilogue),
  dot: (o) => planMatmul({ ...matmul, m: 2 }, o, epilogue),
  row: (o) => planMatmul({ ...matmul, m: 1, n: 1201, k: 61, transposeB: false }, o, epilogue),
  conv: (o) => planConv(plain, o, epilogue),
  'conv input gradient': (o) => planConvInputGradient({ ...plain, strides: [2, 1] }, o),
  'conv kernel gradient': (o) => planConvKernelGradient(plain, o),
  'few channels': (o) => planConv(colours, o, epilogue),
  'few channels, kernel gradient': (o) => planConvKernelGradient(colours, o),
  winograd: (o) => planConv(tiled, o, epilogue),
  'winograd input gradient': (o) => planConvInputGradient(tiled, o),
  'winograd kernel gradient': (o) => planConvKernelGradient(tiled, o),
  depthwise: (o) => planConv(depthwise, o, epilogue),
  'depthwise kernel gradient': (o) => planConvKernelGradient(depthwise, o),
  'maximum pool gradient': () => planMaxPoolGradient(pool),
  'average pool gradient': () => planAvgPoolGradient(pool),
  'resize gradient': () => planResizeGradient({ ...plain, output: [7, 30], mode: 'bilinear' }),
  transpose: () => planTranspose([5, 67, 70], [0, 2, 1]),
};

/** The results of a plan over the same values. */
function outcome(run: ReturnType<typeof runner>, plan: KernelPlan): string[] {
  const wanted = new Set(
    plan.calls.flatMap((call) =>
      Object.values(call.args).flatMap((arg) => (typeof arg === 'object' ? [arg.buffer] : [])),
    ),
  );
  const buffers = Object.fromEntries([...wanted].sort().map((name, i) => [name, values(150_000, i)]));
  delete buffers.shared;
  run(plan, buffers);
  return Object.values(buffers).map((buffer) => new Uint32Array(buffer.buffer).join());
}

describe('any partition of the work gives the same bits', () => {
  const run = runner(KERNELS, options);
  it.each(Object.keys(PLANS))('%s', (name) => {
    const plan = PLANS[name]!(options);
    const first = outcome(run, plan);
    for (let turn = 0; turn < 3; turn++) expect(outcome(run, plan)).toEqual(first);
  });
});

describe('any register tile gives the same bits', () => {
  const tiles = [DEFAULT_TILE, { rows: 6, columns: 8 }, { rows: 6, columns: 16, steps: 4 }, { rows: 8, columns: 8 }];
  const contenders = tiles.map((tile) => ({ ...options, tile })).map((o) => ({ o, run: runner(KERNELS, o) }));
  it.each(Object.keys(PLANS))('%s', (name) => {
    const first = outcome(runner(KERNELS, options), PLANS[name]!(options));
    for (const { o, run } of contenders) expect(outcome(run, PLANS[name]!(o)), `${o.tile.rows}`).toEqual(first);
  });

  it('and low ones leave at most one row unused behind tiles of six', () => {
    for (let rows = 0; rows < 50; rows++) {
      const tall = tallRows(rows, { relaxed: true, tile: { rows: 6, columns: 8 } });
      expect(tall === rows || tall % 6 === 0).toBe(true);
      expect(Math.ceil(tall / 6) * 6 + Math.ceil((rows - tall) / 4) * 4 - rows).toBeLessThanOrEqual(rows < 3 ? 3 : 1);
    }
    expect(tallRows(128, { relaxed: true, tile: { rows: 6, columns: 8 } })).toBe(120);
  });

  it('and the engine decides which is fastest', () => {
    const engine = { relaxedSimd: true, wideVectors: false, lateLoads: false };
    expect(tileFor(engine)).toEqual({ rows: 6, columns: 8, stride: 1 });
    expect(tileFor({ ...engine, relaxedSimd: false })).toEqual(DEFAULT_TILE);
    expect(tileFor({ ...engine, lateLoads: true })).toEqual({ rows: 6, columns: 8, steps: 4 });
    expect(tileFor({ ...engine, wideVectors: true })).toEqual({ rows: 6, columns: 16, steps: 4 });
  });
});
