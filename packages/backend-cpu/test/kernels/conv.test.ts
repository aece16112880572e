import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectClose, runner, SETTINGS, values } from './harness.ts';
import {
  type ConvShape,
  type Epilogue,
  KERNELS,
  type KernelOptions,
  PLAIN,
  planConv,
  planConvInputGradient,
  planConvKernelGradient,
} from './kernels.ts';
import { naiveConv } from './naive.ts';

type Run = ReturnType<typeof runner>;

/** Checks the convolution and both gradients of one shape. */
function check(run: Run, options: KernelOptions, shape: ConvShape, epilogue: Epilogue = PLAIN): void {
  const truth = naiveConv(shape, epilogue);
  const { x, w, bias, dy } = truth;
  const y = new Float32Array(truth.y.length).fill(7);
  run(planConv(shape, options, epilogue), { x, w, y, bias });
  expectClose(y, truth.y);
  const dx = new Float32Array(x.length).fill(7);
  run(planConvInputGradient(shape, options), { dy, w, dx });
  expectClose(dx, truth.dx);
  const dw = new Float32Array(w.length).fill(7);
  run(planConvKernelGradient(shape, options), { x, dy, dw });
  expectClose(dw, truth.dw);
}

const axis = fc
  .record({
    input: fc.integer({ min: 1, max: 9 }),
    kernel: fc.integer({ min: 1, max: 4 }),
    stride: fc.integer({ min: 1, max: 3 }),
    dilation: fc.integer({ min: 1, max: 3 }),
    low: fc.integer({ min: 0, max: 3 }),
    high: fc.integer({ min: 0, max: 3 }),
  })
  .filter((a) => (a.kernel - 1) * a.dilation + 1 <= a.input + a.low + a.high);

const shapes: fc.Arbitrary<ConvShape> = fc
  .record({
    axes: fc.array(axis, { minLength: 1, maxLength: 3 }),
    batch: fc.integer({ min: 0, max: 3 }),
    groups: fc.integer({ min: 1, max: 3 }),
    channels: fc.integer({ min: 1, max: 9 }),
    filters: fc.integer({ min: 1, max: 11 }),
    depthwise: fc.boolean(),
  })
  .map(({ axes, batch, groups, channels, filters, depthwise }) => ({
    ...(depthwise
      ? { batch, groups: channels * filters, channels: channels * filters, filters: channels * filters }
      : { batch, groups, channels: channels * groups, filters: filters * groups }),
    input: axes.map((a) => a.input),
    kernel: axes.map((a) => a.kernel),
    strides: axes.map((a) => a.stride),
    dilations: axes.map((a) => a.dilation),
    padding: axes.map((a) => [a.low, a.high] as const),
  }));

const epilogues: fc.Arbitrary<Epilogue> = fc.record({ bias: fc.boolean(), relu: fc.boolean() });

/** A two-dimensional convolution with the usual defaults. */
function plane(size: number, channels: number, filters: number, rest: Partial<ConvShape> = {}): ConvShape {
  const square = { batch: 2, input: [size, size], kernel: [3, 3], channels, filters };
  const padding = [
    [1, 1],
    [1, 1],
  ] as const;
  return { ...square, strides: [1, 1], dilations: [1, 1], padding, groups: 1, ...rest };
}

describe.each(SETTINGS)('convolution, relaxed: $relaxed', (options) => {
  const run = runner(KERNELS, options);

  it('and its gradients agree with loops in double precision', () => {
    fc.assert(
      fc.property(shapes, epilogues, (shape, epilogue) => check(run, options, shape, epilogue)),
      { numRuns: 150 },
    );
  });

  it.each<[string, ConvShape]>([
    ['the first layer of a digit reader', plane(28, 1, 32, { batch: 5 })],
    ['its second layer', plane(14, 32, 64)],
    [
      'colours, 7 x 7 stride 2',
      plane(33, 3, 16, {
        kernel: [7, 7],
        strides: [2, 2],
        padding: [
          [3, 3],
          [2, 3],
        ],
      }),
    ],
    [
      'a volume one deep, of which every window lies in the padding',
      {
        ...{ batch: 1, groups: 1, channels: 1, filters: 16, input: [1, 2, 2], kernel: [1, 1, 1] },
        ...{ strides: [2, 1, 1], dilations: [1, 1, 1] },
        padding: [
          [1, 0],
          [0, 0],
          [0, 0],
        ],
      },
    ],
    ['many channels', plane(6, 700, 40)],
    ['many filters', plane(5, 8, 1100)],
    [
      'one by one',
      plane(9, 24, 20, {
        kernel: [1, 1],
        padding: [
          [0, 0],
          [0, 0],
        ],
      }),
    ],
    [
      'one by one, stride 2',
      plane(9, 24, 20, {
        kernel: [1, 1],
        strides: [2, 2],
        padding: [
          [0, 0],
          [0, 0],
        ],
      }),
    ],
    [
      'patches',
      plane(12, 3, 17, {
        kernel: [4, 4],
        strides: [4, 4],
        padding: [
          [0, 0],
          [0, 0],
        ],
      }),
    ],
    ['stride beyond the kernel', plane(13, 4, 5, { kernel: [2, 2], strides: [3, 3] })],
    ['thirty-two groups', plane(7, 128, 128, { groups: 32 })],
    ['tiles of two by two', plane(6, 16, 24, { batch: 9 })],
    ['ragged tiles of two by two', plane(0, 19, 21, { input: [9, 5], batch: 3 })],
    ['tiles of four by four', plane(20, 16, 24, { batch: 3 })],
    ['tiles of four shapes', plane(10, 17, 23, { batch: 12 })],
    ['tiles, panels of half their width', plane(12, 20, 28)],
    [
      'ragged tiles',
      plane(33, 19, 21, {
        padding: [
          [0, 2],
          [2, 1],
        ],
      }),
    ],
    [
      'tiles in a volume',
      plane(0, 18, 17, {
        input: [5, 13, 16],
        kernel: [1, 3, 3],
        strides: [1, 1, 1],
        dilations: [1, 1, 1],
        padding: [
          [0, 0],
          [1, 1],
          [0, 0],
        ],
      }),
    ],
    ['a filter per channel', plane(15, 70, 70, { groups: 70 })],
    ['a filter per channel, stride 2, dilated', plane(15, 9, 9, { groups: 9, strides: [2, 1], dilations: [1, 3] })],
    ['enough pixels for slices', plane(48, 4, 8)],
    ['a long line', plane(0, 2, 16, { input: [1100], kernel: [9], strides: [3], dilations: [2], padding: [[5, 20]] })],
    ['colours, more filters than a panel', plane(37, 3, 24, { strides: [2, 1], dilations: [1, 2] })],
  ])('%s', (_, shape) => check(run, options, shape, { bias: true, relu: true }));

  it('with nothing in it', () => {
    check(run, options, plane(5, 3, 4, { batch: 0 }));
    check(run, options, plane(5, 0, 4));
    check(run, options, plane(5, 3, 0));
    check(run, options, plane(0, 3, 4));
    check(
      run,
      options,
      plane(0, 3, 4, {
        padding: [
          [2, 1],
          [2, 1],
        ],
      }),
    );
  });

  it('passes NaN on to the pixels that see it', () => {
    const shape = plane(5, 1, 1, { batch: 1 });
    const x = new Float32Array(25);
    x[0] = Number.NaN;
    const y = new Float32Array(25);
    run(planConv(shape, options, { bias: false, relu: true }), { x, w: values(9), y });
    expect([...y.keys()].filter((i) => Number.isNaN(y[i]!))).toEqual([0, 1, 5, 6]);
  });
});

it('chooses the kernel that fits', () => {
  const names = (shape: ConvShape): string[] =>
    [planConv, planConvInputGradient, planConvKernelGradient].map((plan) => plan(shape, SETTINGS[0]!).calls[0]!.kernel);
  expect(names(plane(9, 16, 24, { batch: 1 }))).toEqual(['conv', 'conv', 'convKernelGradient']);
  const tiles = (size: number, batch = 9): string[] => {
    const calls = planConv(plane(size, 16, 24, { batch }), SETTINGS[0]!).calls;
    return calls.map(({ kernel }) => kernel);
  };
  expect(names(plane(20, 16, 24))).toEqual(['winograd4x4', 'winograd4x4', 'winogradKernelGradient4x4']);
  expect(tiles(6, 4)).toEqual(['winograd2x2']);
  expect(tiles(14, 64)).toEqual(['winograd4x4', 'winograd4x2', 'winograd2x4', 'winograd2x2']);
  expect(tiles(15, 64)).toEqual(['winograd4x4']);
  expect(names(plane(20, 3, 16))).toEqual(['convFewChannels', 'conv', 'fewChannelsKernelGradient']);
  expect(names(plane(20, 16, 16, { groups: 16 }))).toEqual(['depthwise', 'depthwise', 'depthwiseKernelGradient']);
});

it('works with other register tiles', () => {
  for (const tile of [
    { rows: 6, columns: 8 },
    { rows: 8, columns: 8 },
    { rows: 6, columns: 16 },
  ]) {
    const options = { relaxed: false, tile };
    const run = runner(KERNELS, options);
    fc.assert(
      fc.property(shapes, epilogues, (shape, epilogue) => check(run, options, shape, epilogue)),
      { numRuns: 25 },
    );
  }
});
