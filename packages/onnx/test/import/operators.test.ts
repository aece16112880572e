// Operators as ONNX Runtime computes them. The ONNX project's own cases run in bench/node-cases.mjs; here are the corners
// that exporters use and those cases leave out.
import { reference } from '@nablajs/backend-reference';
import { fromData, type Shape, setBackend } from '@nablajs/tensor';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Draft } from '../../src/index.ts';
import { readOnnx } from '../../src/index.ts';
import { type Attribute, floats, input, integers, modelBytes, type NodeLine, waveValues } from '../draft.ts';
import { runOnnx } from '../runtime.ts';

beforeAll(() => setBackend(reference()));

interface Case {
  readonly title: string;
  readonly x: Shape;
  readonly nodes: readonly NodeLine[];
  readonly stored?: readonly Draft<'TensorProto'>[];
  readonly opset?: number;
}

/** One node from `x` to `y`. */
function one(
  title: string,
  x: Shape,
  op: string,
  attributes: Readonly<Record<string, Attribute>> = {},
  stored: readonly Draft<'TensorProto'>[] = [],
  opset?: number,
): Case {
  const operands = ['x', ...stored.map(({ name }) => name!)];
  return { title, x, nodes: [[op, operands, ['y'], attributes]], stored, ...(opset === undefined ? {} : { opset }) };
}

const IMAGE = [2, 3, 7, 8];
const kernel = (shape: Shape): Draft<'TensorProto'>[] => [floats('w', shape), floats('b', [shape[0]!])];

const WINDOWS: readonly Case[] = [
  one('Conv, uneven pads', IMAGE, 'Conv', { pads: [1, 0, 2, 1], strides: [2, 1] }, kernel([4, 3, 3, 2])),
  one('Conv, same at the start', IMAGE, 'Conv', { auto_pad: 'SAME_LOWER', strides: [2, 2] }, kernel([4, 3, 3, 3])),
  one('Conv, same at the end', IMAGE, 'Conv', { auto_pad: 'SAME_UPPER', strides: [2, 3] }, kernel([4, 3, 4, 2])),
  one('Conv, groups and dilations', [1, 4, 9, 9], 'Conv', { group: 2, dilations: [2, 3] }, kernel([6, 2, 3, 3])),
  one('Conv, depthwise', [1, 4, 6, 6], 'Conv', { group: 4, pads: [1, 1, 1, 1] }, kernel([8, 1, 3, 3])),
  one('Conv, 1-D', [2, 3, 9], 'Conv', { pads: [2, 1] }, kernel([4, 3, 4])),
  one('Conv, 3-D', [1, 2, 4, 5, 3], 'Conv', { strides: [1, 2, 1] }, kernel([3, 2, 2, 2, 2])),
  one('ConvTranspose', [1, 3, 4, 5], 'ConvTranspose', { strides: [2, 3] }, [floats('w', [3, 2, 3, 3])]),
  one(
    'ConvTranspose, padded, more at the end',
    [1, 3, 4, 5],
    'ConvTranspose',
    { strides: [2, 2], pads: [1, 0, 1, 1], output_padding: [1, 1] },
    [floats('w', [3, 2, 3, 3]), floats('b', [2])],
  ),
  one('ConvTranspose, groups and dilations', [1, 4, 4, 5], 'ConvTranspose', { group: 2, dilations: [2, 1] }, [
    floats('w', [4, 3, 2, 3]),
  ]),
  one('ConvTranspose, a given shape', [1, 2, 3, 3], 'ConvTranspose', { strides: [3, 2], output_shape: [10, 8] }, [
    floats('w', [2, 2, 3, 3]),
  ]),
  one('MaxPool, rounded up', [1, 2, 7, 8], 'MaxPool', { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }),
  one('MaxPool, rounded up, last window in the padding', [1, 1, 5, 5], 'MaxPool', {
    kernel_shape: [2, 2],
    strides: [3, 3],
    pads: [1, 1, 1, 1],
    ceil_mode: 1,
  }),
  one('MaxPool, dilated', [1, 2, 8, 8], 'MaxPool', { kernel_shape: [2, 3], dilations: [3, 2], pads: [1, 1, 1, 1] }),
  one('MaxPool, same', IMAGE, 'MaxPool', { kernel_shape: [3, 3], strides: [2, 2], auto_pad: 'SAME_LOWER' }),
  one('AveragePool, padding counts', IMAGE, 'AveragePool', {
    kernel_shape: [3, 3],
    strides: [2, 2],
    pads: [1, 1, 1, 1],
    count_include_pad: 1,
  }),
  one('AveragePool, padding does not count', IMAGE, 'AveragePool', { kernel_shape: [3, 2], pads: [1, 1, 1, 0] }),
  one(
    'AveragePool, rounded up',
    [1, 2, 7, 8],
    'AveragePool',
    { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 },
    [],
    19,
  ),
  one('LpPool', IMAGE, 'LpPool', { kernel_shape: [2, 2], strides: [2, 2], p: 3 }),
  one('GlobalMaxPool', IMAGE, 'GlobalMaxPool'),
  one('LRN', [2, 7, 3, 3], 'LRN', { size: 5, alpha: { float: 0.02 }, beta: { float: 0.6 }, bias: { float: 2 } }),
];

const RESIZINGS: readonly Case[] = (
  [
    ['half_pixel', 'linear'],
    ['half_pixel', 'nearest'],
    ['half_pixel', 'cubic'],
    ['asymmetric', 'nearest'],
    ['asymmetric', 'linear'],
    ['align_corners', 'linear'],
    ['align_corners', 'cubic'],
    ['pytorch_half_pixel', 'linear'],
    ['pytorch_half_pixel', 'cubic'],
  ] as const
).flatMap(([coordinates, mode]): Case[] => {
  const attributes = { mode, coordinate_transformation_mode: coordinates, nearest_mode: 'floor' };
  const resize = (title: string, operands: string[], stored: readonly Draft<'TensorProto'>[]): Case => ({
    title: `Resize ${mode} ${coordinates}, ${title}`,
    x: [1, 2, 4, 6],
    nodes: [['Resize', ['x', ...operands], ['y'], attributes]],
    stored,
  });
  return [
    resize('to sizes', ['', '', 's'], [integers('s', [1, 2, 7, 3])]),
    resize('by scales', ['', 's'], [floats('s', [4], [1, 1, 2, 1.5])]),
  ];
});

const OTHERS: readonly Case[] = [
  one('Gemm', [3, 4], 'Gemm', { alpha: { float: 0.5 }, beta: { float: 2 }, transB: 1 }, [
    floats('w', [5, 4]),
    floats('b', [5]),
  ]),
  one('MatMul with a vector', [2, 3, 4], 'MatMul', {}, [floats('w', [4])]),
  one('MatMul, batches broadcast', [2, 1, 3, 4], 'MatMul', {}, [floats('w', [5, 4, 2])]),
  one('Softmax before opset 13', [2, 3, 4], 'Softmax', { axis: 1 }, [], 11),
  one('Softmax since opset 13', [2, 3, 4], 'Softmax', { axis: 1 }),
  one('LogSoftmax over channels', IMAGE, 'LogSoftmax', { axis: 1 }),
  one('Hardmax', [3, 4], 'Hardmax', { axis: 0 }),
  one('ReduceMean, axes as an attribute', IMAGE, 'ReduceMean', { axes: [2, 3], keepdims: 0 }),
  one('ReduceMax, axes as an operand', IMAGE, 'ReduceMax', { keepdims: 1 }, [integers('a', [-1, 1])], 18),
  one('ReduceL2', IMAGE, 'ReduceL2', { axes: [1] }),
  one('ReduceLogSumExp', [3, 4], 'ReduceLogSumExp', { axes: [1], keepdims: 0 }),
  one('Slice, backwards', [5, 6], 'Slice', {}, [
    integers('from', [4, -1]),
    integers('to', [-100, 0]),
    integers('axes', [0, 1]),
    integers('steps', [-2, -3]),
  ]),
  one('Slice, far beyond the end', [5, 6], 'Slice', {}, [
    integers('from', [1]),
    { name: 'to', dims: [1n], dataType: 7, int64Data: [2n ** 63n - 1n] },
    integers('axes', [-1]),
  ]),
  one('Slice before opset 10', [5, 6], 'Slice', { starts: [1, 2], ends: [1000, -1], axes: [0, 1] }, [], 9),
  one('Pad, reflected', [3, 4], 'Pad', { mode: 'reflect' }, [integers('pads', [1, 2, 2, 3])]),
  one('Pad, edge', [3, 4], 'Pad', { mode: 'edge' }, [integers('pads', [1, 2, 0, 3])]),
  one('Pad, cut off', [4, 5], 'Pad', {}, [integers('pads', [-1, 2, 1, -2]), floats('value', [], [7])]),
  one('Pad before opset 11', [3, 4], 'Pad', { pads: [1, 0, 0, 2], value: { float: 3 } }, [], 10),
  one('Clip before opset 11', [4, 4], 'Clip', { min: { float: -0.5 }, max: { float: 1 } }, [], 9),
  {
    title: 'Clip from above only',
    x: [4, 4],
    nodes: [['Clip', ['x', '', 'm'], ['y']]],
    stored: [floats('m', [], [0.5])],
  },
  one('Reshape with 0 and -1', [2, 3, 4], 'Reshape', {}, [integers('s', [0, -1, 2])]),
  one('Flatten at -1', [2, 3, 4], 'Flatten', { axis: -1 }),
  one('Unsqueeze', [2, 3], 'Unsqueeze', {}, [integers('a', [0, -1])]),
  one('Tile', [2, 3], 'Tile', {}, [integers('n', [2, 3])]),
  one('Expand', [3, 1], 'Expand', {}, [integers('s', [2, 1, 4])]),
  one('Concat of images', IMAGE, 'Concat', { axis: 1 }, [floats('w', IMAGE)]),
  one('Gather', [4, 5], 'Gather', { axis: 1 }, [integers('i', [3, -1, 0, 0], [2, 2])]),
  one('GatherElements', [3, 4], 'GatherElements', { axis: 0 }, [integers('i', [2, 0, 1, 0], [2, 2])]),
  one('GatherND in batches', [2, 3, 4], 'GatherND', { batch_dims: 1 }, [integers('i', [1, 0], [2, 1])]),
  one('ScatterElements', [3, 4], 'ScatterElements', { axis: 1 }, [
    integers('i', [1, 3, 0, 2], [2, 2]),
    floats('u', [2, 2]),
  ]),
  one('ScatterND, added', [4, 3], 'ScatterND', { reduction: 'add' }, [
    integers('i', [1, 3, 1], [3, 1]),
    floats('u', [3, 3]),
  ]),
  one('ScatterND, multiplied', [4, 3], 'ScatterND', { reduction: 'mul' }, [
    integers('i', [1, 3, 1], [3, 1]),
    floats('u', [3, 3]),
  ]),
  one(
    'ScatterElements, the larger one',
    [3, 4],
    'ScatterElements',
    { axis: 1, reduction: 'max' },
    [integers('i', [1, 3, 1, 1], [2, 2]), floats('u', [2, 2])],
    18,
  ),
  one('DepthToSpace', [1, 8, 2, 3], 'DepthToSpace', { blocksize: 2, mode: 'CRD' }),
  one('SpaceToDepth', [1, 2, 4, 6], 'SpaceToDepth', { blocksize: 2 }),
  one('CumSum', [3, 4], 'CumSum', { exclusive: 1, reverse: 1 }, [integers('axis', [1], [])]),
  one('Trilu', [4, 5], 'Trilu', { upper: 0 }, [integers('k', [1], [])]),
  one('BatchNormalization', IMAGE, 'BatchNormalization', { epsilon: { float: 0.01 } }, [
    floats('scale', [3]),
    floats('offset', [3]),
    floats('mean', [3]),
    floats('variance', [3], [0.5, 1, 2]),
  ]),
  one('InstanceNormalization', IMAGE, 'InstanceNormalization', {}, [floats('scale', [3]), floats('offset', [3])]),
  one('LayerNormalization', [2, 3, 4], 'LayerNormalization', { axis: -2 }, [floats('w', [3, 4]), floats('b', [3, 4])]),
  one(
    'GroupNormalization',
    [2, 4, 3, 3],
    'GroupNormalization',
    { num_groups: 2 },
    [floats('w', [4]), floats('b', [4])],
    21,
  ),
  one('PRelu per channel', IMAGE, 'PRelu', {}, [floats('w', [3, 1, 1])]),
  one('Gelu', [3, 4], 'Gelu', { approximate: 'tanh' }, [], 20),
  one('HardSwish', [3, 4], 'HardSwish'),
  one('Pow', [3, 4], 'Pow', {}, [floats('p', [], [2])]),
  {
    title: 'a channels-first network with a shape computed on the way',
    x: IMAGE,
    nodes: [
      ['Conv', ['x', 'w'], ['c'], { pads: [1, 1, 1, 1] }],
      ['Relu', ['c'], ['r']],
      ['Add', ['r', 'bias'], ['a']],
      ['MaxPool', ['a'], ['p'], { kernel_shape: [2, 2], strides: [2, 2] }],
      ['Shape', ['p'], ['s']],
      ['Gather', ['s', 'zero'], ['n']],
      ['Unsqueeze', ['n', 'axes'], ['n1']],
      ['Concat', ['n1', 'rest'], ['to'], { axis: 0 }],
      ['Reshape', ['p', 'to'], ['f']],
      ['MatMul', ['f', 'm'], ['y']],
    ],
    stored: [
      floats('w', [4, 3, 3, 3]),
      floats('bias', [4, 1, 1]),
      integers('zero', [0], []),
      integers('axes', [0]),
      integers('rest', [-1]),
      floats('m', [48, 2]),
    ],
  },
];

it('MaxPool gives the positions of the maxima where they are wanted', async () => {
  const bytes = modelBytes(
    {
      inputs: { x: input('x', [1, 2, 5, 4]) },
      outputs: ['y', 'places'],
      nodes: [['MaxPool', ['x'], ['y', 'places'], { kernel_shape: [3, 2], strides: [2, 1], pads: [1, 0, 1, 1] }]],
    },
    { places: 7 },
  );
  const values = waveValues([1, 2, 5, 4]);
  const expected = await runOnnx(bytes, { x: values });
  const [y, places] = readOnnx(bytes).run({ x: fromData(values.data, values.shape) });
  expect(await y!.data()).toEqual(expected['y']!.data);
  expect(Array.from(await places!.data())).toEqual(Array.from(expected['places']!.data, Number));
});

describe('operators compute what ONNX Runtime computes', () => {
  it.each([...WINDOWS, ...RESIZINGS, ...OTHERS].map((each) => [each.title, each] as const))(
    '%s',
    async (_, { x, nodes, stored = [], opset }) => {
      const bytes = modelBytes({
        inputs: { x: input('x', x) },
        outputs: ['y'],
        nodes,
        stored,
        ...(opset === undefined ? {} : { opset }),
      });
      const values = waveValues(x);
      const expected = (await runOnnx(bytes, { x: values }))['y']!;
      const [y] = readOnnx(bytes).run({ x: fromData(values.data, x) });
      expect(y!.shape).toEqual(expected.shape);
      const found = await y!.data();
      found.forEach((value, i) => {
        expect(Math.abs(value - expected.data[i]!), `element ${i}`).toBeLessThan(
          1e-4 * (1 + Math.abs(expected.data[i]!)),
        );
      });
    },
  );
});
