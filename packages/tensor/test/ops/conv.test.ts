import { checkGradients, gradients } from '@nablajs/autograd';
import { reference } from '@nablajs/backend-reference';
import {
  conv,
  conv1d,
  conv2d,
  conv3d,
  convKernelGradientOp,
  convOp,
  convTranspose,
  depthwiseConv,
  fromData,
  separableConv,
  setBackend,
  type Tensor,
  tensor,
  zeros,
} from '@nablajs/tensor';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectNear } from './near.ts';

beforeAll(() => setBackend(reference()));

/** Values without a pattern, the same each time. */
function values(...shape: number[]): Tensor {
  const size = shape.reduce((product, axis) => product * axis, 1);
  return fromData(
    Float32Array.from({ length: size }, (_, i) => Math.sin(i * i + 1) * 2),
    shape,
  );
}

const X = tensor([
  [0, 2, 1, 1, 0],
  [0, 1, 1, 1, 0],
  [-3, -1, 1, 0, 1],
  [0, 6, 0, 0, 1],
  [0, 4, 1, 7, 0],
]).reshape([1, 5, 5, 1]);
const PLUS = tensor([
  [0, 1, 0],
  [1, 1, 1],
  [0, 1, 0],
]).reshape([3, 3, 1, 1]);

describe('the worked example of the course', () => {
  test('valid', () =>
    expectNear(conv(X, PLUS).reshape([3, 3]), [
      [3, 5, 3],
      [4, 1, 3],
      [9, 8, 8],
    ]));

  test('same', () =>
    expectNear(conv(X, PLUS, { padding: 'same' }).reshape([5, 5]), [
      [2, 4, 5, 3, 1],
      [-2, 3, 5, 3, 2],
      [-4, 4, 1, 3, 2],
      [3, 9, 8, 8, 2],
      [4, 11, 12, 8, 8],
    ]));

  test('gradient of the sum with respect to the kernel', () =>
    expectNear(gradients(conv(X, PLUS).sum(), [PLUS])[0]!.reshape([3, 3]), [
      [2, 7, 6],
      [5, 9, 5],
      [8, 18, 11],
    ]));

  test('vertical edges: the kernel is not flipped', () =>
    expectNear(
      conv(
        X,
        tensor([
          [-1, 1],
          [-1, 1],
        ]).reshape([2, 2, 1, 1]),
      ).reshape([4, 4]),
      [
        [3, -1, 0, -2],
        [3, 2, -1, 0],
        [8, -4, -1, 2],
        [10, -9, 6, -6],
      ],
    ));

  test('horizontal edges', () =>
    expectNear(
      conv(
        X,
        tensor([
          [-1, -1],
          [1, 1],
        ]).reshape([2, 2, 1, 1]),
      ).reshape([4, 4]),
      [
        [-1, -1, 0, 0],
        [-5, -2, -1, 0],
        [10, 6, -1, 0],
        [-2, -1, 8, 6],
      ],
    ));
});

describe('options', () => {
  const line = tensor([1, 2, 3, 4, 5, 6]).reshape([1, 6, 1]);
  const pair = tensor([1, 10]).reshape([2, 1, 1]);

  test('strides', () => expectNear(conv(line, pair, { strides: 2 }).flatten(), [21, 43, 65]));
  test('dilations', () => expectNear(conv(line, pair, { dilations: 3 }).flatten(), [41, 52, 63]));
  test('same size: the odd cell of padding comes last', () =>
    expectNear(conv(line, pair, { padding: 'same' }).flatten(), [21, 32, 43, 54, 65, 6]));
  test('same with strides', () => expectNear(conv(line, pair, { padding: 'same', strides: 4 }).flatten(), [21, 65]));
  test('padding in front only looks back', () =>
    expectNear(conv(line, pair, { padding: [[1, 0]] }).flatten(), [10, 21, 32, 43, 54, 65]));
  test('groups', () =>
    expectNear(
      conv(tensor([1, 2, 3, 4]).reshape([1, 1, 4]), tensor([1, 10, 100, 1, 2, 3, 4, 5]).reshape([1, 2, 4]), {
        groups: 2,
      }),
      // Results 0 and 1 see channels 0 and 1; results 2 and 3 see channels 2 and 3.
      [[[1 * 1 + 2 * 2, 1 * 10 + 2 * 3, 3 * 100 + 4 * 4, 3 * 1 + 4 * 5]]],
    ));
  test('one, two, three spatial axes', () => {
    expect(conv1d(zeros([2, 9, 3]), zeros([3, 3, 4])).shape).toEqual([2, 7, 4]);
    expect(conv2d(zeros([2, 9, 8, 3]), zeros([3, 2, 3, 4])).shape).toEqual([2, 7, 7, 4]);
    expect(conv3d(zeros([2, 9, 8, 7, 3]), zeros([3, 2, 1, 3, 4])).shape).toEqual([2, 7, 7, 7, 4]);
  });
});

test('agrees with the definition, written out over padded input, for any geometry', async () => {
  const axis = fc.record({
    size: fc.integer({ min: 1, max: 6 }),
    kernel: fc.integer({ min: 1, max: 3 }),
    stride: fc.integer({ min: 1, max: 3 }),
    dilation: fc.integer({ min: 1, max: 2 }),
    before: fc.integer({ min: 0, max: 3 }),
    after: fc.integer({ min: 0, max: 3 }),
  });
  const channels = fc.record({
    groups: fc.integer({ min: 1, max: 3 }),
    taken: fc.integer({ min: 1, max: 2 }),
    made: fc.integer({ min: 1, max: 2 }),
  });
  await fc.assert(
    fc.asyncProperty(axis, axis, channels, async (h, w, { groups, taken, made }) => {
      const extent = (a: typeof h): number => (a.kernel - 1) * a.dilation + 1;
      fc.pre([h, w].every((a) => a.size + a.before + a.after >= extent(a)));
      const x = values(2, h.size, w.size, groups * taken);
      const kernel = values(h.kernel, w.kernel, taken, groups * made);
      const y = conv(x, kernel, {
        strides: [h.stride, w.stride],
        dilations: [h.dilation, w.dilation],
        padding: [
          [h.before, h.after],
          [w.before, w.after],
        ],
        groups,
      });
      const [xs, ks] = (await Promise.all([x.array(), kernel.array()])) as [number[][][][], number[][][][]];
      const cell = (n: number, i: number, j: number, c: number): number =>
        xs[n]?.[i - h.before]?.[j - w.before]?.[c] ?? 0;
      const places = (a: typeof h): number => 1 + Math.floor((a.size + a.before + a.after - extent(a)) / a.stride);
      const expected = [0, 1].map((n) =>
        Array.from({ length: places(h) }, (_, i) =>
          Array.from({ length: places(w) }, (_, j) =>
            Array.from({ length: groups * made }, (_, o) => {
              let total = 0;
              for (let a = 0; a < h.kernel; a++) {
                for (let b = 0; b < w.kernel; b++) {
                  for (let c = 0; c < taken; c++) {
                    const from = cell(
                      n,
                      i * h.stride + a * h.dilation,
                      j * w.stride + b * w.dilation,
                      Math.floor(o / made) * taken + c,
                    );
                    total += from * ks[a]![b]![c]![o]!;
                  }
                }
              }
              return total;
            }),
          ),
        ),
      );
      await expectNear(y, expected);
    }),
    { numRuns: 60 },
  );
});

describe('transposed', () => {
  const x = tensor([1, 2, 3]).reshape([1, 3, 1]);
  const kernel = tensor([1, 10, 100]).reshape([3, 1, 1]);

  test('every cell spreads the kernel', () =>
    expectNear(convTranspose(x, kernel, { strides: 2 }).flatten(), [1, 10, 102, 20, 203, 30, 300]));
  test('same size times stride', () =>
    expectNear(convTranspose(x, kernel, { strides: 2, padding: 'same' }).flatten(), [1, 10, 102, 20, 203, 30]));
  test('outputPadding appends cells', () =>
    expectNear(
      convTranspose(x, kernel, { strides: 2, outputPadding: 1 }).flatten(),
      [1, 10, 102, 20, 203, 30, 300, 0],
    ));
  test('explicit padding cuts', () =>
    expectNear(convTranspose(x, kernel, { strides: 2, padding: [[1, 2]] }).flatten(), [10, 102, 20, 203]));
  test('sizes follow Keras, also where the kernel is smaller than the stride', () => {
    const size = (kernelSize: number, options: object): number =>
      convTranspose(zeros([1, 5, 2]), zeros([kernelSize, 4, 2]), options).shape[1]!;
    expect(size(3, { strides: 2 })).toBe(11);
    expect(size(2, { strides: 3 })).toBe(15);
    expect(size(4, { strides: 2, padding: 'same' })).toBe(10);
    expect(size(1, { strides: 2, padding: 'same' })).toBe(10);
    expect(size(3, { dilations: 2 })).toBe(9);
    expect(size(3, { strides: 2, padding: 'same', outputPadding: 1 })).toBe(10);
  });
  test('is the adjoint of conv', async () => {
    const [a, w, b] = [values(2, 7, 5, 4), values(3, 2, 2, 6), values(2, 3, 3, 6)];
    const options = {
      strides: 2,
      padding: [
        [0, 0],
        [1, 0],
      ] as const,
      groups: 2,
    };
    const [left, right] = [conv(a, w, options).mul(b).sum(), convTranspose(b, w, options).mul(a).sum()];
    expect(await left.item()).toBeCloseTo(await right.item(), 3);
  });
});

describe('depthwise and separable', () => {
  test('results of one channel lie beside each other', () =>
    // Kernel [1, 2 channels, 3 results]: channel 0 times 1, 2, 3; channel 1 times 10, 20, 30.
    expectNear(
      depthwiseConv(tensor([1, 2]).reshape([1, 1, 2]), tensor([1, 2, 3, 10, 20, 30]).reshape([1, 2, 3])).flatten(),
      [1, 2, 3, 20, 40, 60],
    ));
  test('separable = depthwise, then pointwise', async () => {
    const [x, depthwise, pointwise] = [values(2, 6, 5, 3), values(3, 3, 3, 2), values(1, 1, 6, 4)];
    const expected = await depthwiseConv(x, depthwise, { padding: 'same' })
      .matmul(pointwise.reshape([6, 4]))
      .array();
    await expectNear(separableConv(x, depthwise, pointwise, { padding: 'same' }), expected);
  });
});

test('gradients of gradients, with respect to either operand', async () => {
  const options = { strides: [1, 2], padding: 'same', groups: 2 } as const;
  const energy = (x: Tensor, kernel: Tensor): Tensor => {
    const slopes = gradients(conv(x, kernel, options).square().sum(), [x, kernel]);
    return slopes[0]!.square().sum().add(slopes[1]!.square().sum()).mul(1e-3);
  };
  await checkGradients(energy, [values(1, 3, 4, 2), values(2, 3, 1, 2)]);
});

test('a border of zeros becomes padding', async () => {
  const [x, kernel] = [values(1, 4, 4, 2), values(3, 3, 2, 2)];
  const border = [
    [0, 0],
    [1, 1],
    [2, 0],
    [0, 0],
  ] as const;
  const simpler = convOp.definition.simplify!([x.pad(border), kernel], {
    strides: [1, 1],
    dilations: [1, 1],
    padding: [
      [0, 1],
      [0, 0],
    ],
    groups: 1,
  })!;
  expect(simpler.node.attrs['padding']).toEqual([
    [1, 2],
    [2, 0],
  ]);
  await expectNear(
    simpler,
    await conv(
      x.pad([
        [0, 0],
        [1, 2],
        [2, 0],
        [0, 0],
      ]),
      kernel,
    ).array(),
  );
});

test('flops count a multiply-add as two', () => {
  const { flops } = convOp.definition;
  const attrs = {
    strides: [1, 1],
    dilations: [1, 1],
    padding: [
      [0, 0],
      [0, 0],
    ] as const,
    groups: 1,
  };
  const spec = (...shape: number[]): { shape: number[]; dtype: 'float32' } => ({ shape, dtype: 'float32' });
  expect(flops!([spec(1, 30, 30, 3), spec(3, 3, 3, 8)], attrs, spec(1, 28, 28, 8))).toBe(2 * 28 * 28 * 8 * 27);
});

describe('errors', () => {
  const message = (f: () => unknown): string => {
    try {
      f();
    } catch (error) {
      return `${(error as Error).name}: ${(error as { detail?: string }).detail}`;
    }
    return 'no error';
  };
  const images = zeros([8, 28, 28, 3]);

  test.each<[string, () => unknown]>([
    ['channels', () => conv(images, zeros([3, 3, 1, 32]))],
    ['channels that look depthwise', () => conv(images, zeros([3, 3, 1, 6]))],
    ['channels in groups', () => conv(zeros([8, 28, 28, 4]), zeros([3, 3, 1, 6]), { groups: 2 })],
    ['groups', () => conv(images, zeros([3, 3, 1, 32]), { groups: 2 })],
    ['filters in groups', () => conv(images, zeros([3, 3, 1, 32]), { groups: 3 })],
    ['no whole groups', () => conv(images, zeros([3, 3, 3, 32]), { groups: 1.5 })],
    ['kernel rank', () => conv(images, zeros([3, 3, 32]))],
    ['input rank', () => conv(zeros([28, 28]), zeros([3, 3]))],
    ['no batch', () => conv2d(zeros([28, 28, 3]), zeros([3, 3, 3, 32]))],
    ['too large', () => conv(zeros([1, 3, 3, 1]), zeros([5, 5, 1, 1]))],
    ['too large, dilated', () => conv(zeros([1, 8, 3]), zeros([3, 3, 1]), { dilations: 4 })],
    ['strides', () => conv(images, zeros([3, 3, 3, 32]), { strides: [1, 2, 3] })],
    ['zero stride', () => conv(images, zeros([3, 3, 3, 32]), { strides: 0 })],
    ['padding name', () => conv(images, zeros([3, 3, 3, 32]), { padding: 'SAME' as 'same' })],
    ['padding pairs', () => conv(images, zeros([3, 3, 3, 32]), { padding: [[1, 1]] })],
    [
      'negative padding',
      () =>
        conv(images, zeros([3, 3, 3, 32]), {
          padding: [
            [1, -1],
            [0, 0],
          ],
        }),
    ],
    ['integers', () => conv(zeros([1, 5, 5, 3], 'int32'), zeros([3, 3, 3, 1]))],
    ['depthwise kernel', () => depthwiseConv(images, zeros([3, 3, 4, 1]))],
    ['transposed kernel', () => convTranspose(images, zeros([3, 3, 3, 8]))],
    ['outputPadding', () => convTranspose(images, zeros([3, 3, 8, 3]), { strides: 2, outputPadding: 2 })],
    [
      'wrong gradient',
      () =>
        convKernelGradientOp([images, zeros([8, 28, 28, 4])], {
          strides: [1, 1],
          dilations: [1, 1],
          padding: [
            [0, 0],
            [0, 0],
          ],
          groups: 1,
          kernelShape: [3, 3],
        }),
    ],
  ])('%s', (_, f) => {
    expect(message(f)).toMatchSnapshot();
  });
});
