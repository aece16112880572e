// The gradient of every function of the tensor package against finite differences. None can be forgotten: a new export
// is either in one of the lists or fails the last test.
import { checkGradients } from '@nablajs/autograd';
import { reference } from '@nablajs/backend-reference';
import * as nabla from '@nablajs/tensor';
import { fromData, type Shape, setBackend, type Tensor, tensor } from '@nablajs/tensor';
import { beforeAll, describe, expect, test } from 'vitest';
import * as ops from '../../tensor/src/ops/index.ts';

beforeAll(() => setBackend(reference()));

/** Numbers in [low, high], scattered, no two alike. */
function values(shape: Shape, low = -2, high = 2, shift = 0): Tensor {
  const size = shape.reduce((product, axis) => product * axis, 1);
  const data = Float32Array.from(
    { length: size },
    (_, i) => low + (high - low) * ((0.37 + shift + i * 0.6180339887) % 1),
  );
  return fromData(data, shape);
}

const index = tensor([2, 0, 2], 'int32');

type Check = readonly [f: (...inputs: Tensor[]) => Tensor, ...inputs: Tensor[]];

const x = values([3, 4]);
const y = values([3, 4], -2, 2, 0.21);
const positive = values([3, 4], 0.4, 2);
const row = values([4], 0.5, 1.5, 0.1);
const image = values([1, 5, 6, 2]);

const CHECKS: Readonly<Record<string, readonly Check[]>> = {
  einsum: [[(a, b) => nabla.einsum('ij,kj->ik', a!, b!), x, y]],
  // Elementwise
  add: [[(a, b) => nabla.add(a!, b!), x, row]],
  sub: [[(a, b) => nabla.sub(a!, b!), x, row]],
  mul: [[(a, b) => nabla.mul(a!, b!), x, row]],
  div: [[(a, b) => nabla.div(a!, b!), x, row]],
  pow: [
    [(a, b) => nabla.pow(a!, b!), positive, y],
    [(a) => nabla.pow(a!, 3), x],
    [(a) => nabla.pow(a!, 2), x],
    [(a) => nabla.pow(2, a!), x],
    [(a) => nabla.pow(a!, 0), tensor([0, 1, -2])],
    [(a) => nabla.pow(a!, tensor([0, 2, 3, 1])), tensor([0, 1.5, -2, 0])],
  ],
  maximum: [[(a, b) => nabla.maximum(a!, b!), x, y]],
  minimum: [[(a, b) => nabla.minimum(a!, b!), x, y]],
  mod: [[(a, b) => nabla.mod(a!, b!), values([6], 0.1, 1.9), tensor([0.7, 5, 3, 0.45, 4, 1.15])]],
  clip: [[(a) => nabla.clip(a!, -0.77, 0.91), x]],
  where: [[(a, b) => nabla.where(tensor([true, false, true, false]), a!, b!), x, row]],
  neg: [[(a) => nabla.neg(a!), x]],
  abs: [[(a) => nabla.abs(a!), x]],
  square: [[(a) => nabla.square(a!), x]],
  sqrt: [[(a) => nabla.sqrt(a!), positive]],
  rsqrt: [[(a) => nabla.rsqrt(a!), positive]],
  reciprocal: [[(a) => nabla.reciprocal(a!), positive]],
  exp: [[(a) => nabla.exp(a!), x]],
  expm1: [[(a) => nabla.expm1(a!), x]],
  log: [[(a) => nabla.log(a!), positive]],
  log1p: [[(a) => nabla.log1p(a!), positive]],
  sin: [[(a) => nabla.sin(a!), x]],
  cos: [[(a) => nabla.cos(a!), x]],
  tan: [[(a) => nabla.tan(a!), values([5], -1, 1)]],
  tanh: [[(a) => nabla.tanh(a!), x]],
  erf: [[(a) => nabla.erf(a!), x]],
  cast: [[(a) => nabla.cast(a!, 'float64'), x]],
  // Activations
  ...Object.fromEntries(
    Object.entries({
      linear: nabla.linear,
      exponential: nabla.exponential,
      elu: nabla.elu,
      celu: nabla.celu,
      selu: nabla.selu,
      leakyRelu: nabla.leakyRelu,
      relu: nabla.relu,
      relu6: nabla.relu6,
      sigmoid: nabla.sigmoid,
      silu: nabla.silu,
      swish: nabla.swish,
      gelu: nabla.gelu,
      glu: nabla.glu,
      hardShrink: nabla.hardShrink,
      softShrink: nabla.softShrink,
      tanhShrink: nabla.tanhShrink,
      hardSigmoid: nabla.hardSigmoid,
      hardSilu: nabla.hardSilu,
      hardSwish: nabla.hardSwish,
      hardTanh: nabla.hardTanh,
      logSigmoid: nabla.logSigmoid,
      mish: nabla.mish,
      softsign: nabla.softsign,
      softplus: nabla.softplus,
      sparsePlus: nabla.sparsePlus,
      sparseSigmoid: nabla.sparseSigmoid,
      squareplus: nabla.squareplus,
      sparsemax: nabla.sparsemax,
      softmax: nabla.softmax,
      logSoftmax: nabla.logSoftmax,
    }).map(([name, f]): [string, readonly Check[]] => [name, [[(a) => f(a!), x]]]),
  ),
  threshold: [[(a) => nabla.threshold(a!, 0.11, -1), x]],
  // Reductions
  sum: [
    [(a) => nabla.sum(a!), x],
    [(a) => nabla.sum(a!, [0]), x],
  ],
  prod: [
    [(a) => nabla.prod(a!, 1), x],
    [(a) => nabla.prod(a!), tensor([2, 0, 3])],
    [(a) => nabla.prod(a!), tensor([2, 0, 0])],
  ],
  max: [[(a) => nabla.max(a!, 1), x]],
  min: [[(a) => nabla.min(a!, 0), x]],
  mean: [[(a) => nabla.mean(a!, 0, { keepDims: true }), x]],
  variance: [[(a) => nabla.variance(a!, 1), x]],
  std: [[(a) => nabla.std(a!, 1), x]],
  logSumExp: [[(a) => nabla.logSumExp(a!, 1), x]],
  // Shape
  reshape: [[(a) => nabla.reshape(a!, [2, -1]), x]],
  expandDims: [[(a) => nabla.expandDims(a!, 1), x]],
  squeeze: [[(a) => nabla.squeeze(a!), values([1, 3, 1])]],
  transpose: [[(a) => nabla.transpose(a!, [2, 0, 1]), values([2, 3, 4])]],
  broadcastTo: [[(a) => nabla.broadcastTo(a!, [2, 3, 4]), row]],
  tile: [[(a) => nabla.tile(a!, [2, 3]), x]],
  repeat: [[(a) => nabla.repeat(a!, 3, 0), x]],
  flip: [[(a) => nabla.flip(a!, 1), x]],
  slice: [[(a) => nabla.slice(a!, [1, 0], [2, 2], [1, 2]), x]],
  pad: [
    [
      (a) =>
        nabla.pad(
          a!,
          [
            [1, 0],
            [0, 2],
          ],
          5,
        ),
      x,
    ],
  ],
  concat: [[(a, b) => nabla.concat([a!, b!, a!], 1), x, y]],
  stack: [[(a, b) => nabla.stack([a!, b!], 1), x, y]],
  split: [[(a) => nabla.split(a!, 2)[1]!.mul(nabla.split(a!, 2)[0]!), x]],
  // Order and place
  gather: [[(a) => nabla.gather(a!, index), x]],
  scatterAdd: [[(a) => nabla.scatterAdd(index, a!, 5), x]],
  takeAlongAxis: [
    [
      (a) =>
        nabla.takeAlongAxis(
          a!,
          tensor(
            [
              [1, 3],
              [0, 0],
              [2, -1],
            ],
            'int32',
          ),
        ),
      x,
    ],
  ],
  cumsum: [[(a) => nabla.cumsum(a!, 0, { exclusive: true }), x]],
  cumprod: [[(a) => nabla.cumprod(a!, 1, { reverse: true }), x]],
  sort: [[(a) => nabla.sort(a!, 1, { descending: true }), x]],
  topK: [[(a) => nabla.topK(a!, 2).values, x]],
  // Products and windows
  matmul: [
    [(a, b) => nabla.matmul(a!, b!), x, values([4, 2])],
    [(a, b) => nabla.matmul(a!, b!), row, values([4])],
    [(a, b) => nabla.matmul(a!, b!, { transposeA: true }), values([2, 4, 3]), values([4, 2])],
  ],
  conv: [[(a, w) => nabla.conv(a!, w!, { strides: 2, padding: 'same' }), image, values([3, 3, 2, 3])]],
  conv1d: [[(a, w) => nabla.conv1d(a!, w!, { dilations: 2 }), values([2, 7, 2]), values([3, 2, 2])]],
  conv2d: [[(a, w) => nabla.conv2d(a!, w!, { groups: 2 }), image, values([2, 3, 1, 4])]],
  conv3d: [[(a, w) => nabla.conv3d(a!, w!), values([1, 3, 3, 3, 1]), values([2, 2, 2, 1, 2])]],
  convTranspose: [
    [
      (a, w) => nabla.convTranspose(a!, w!, { strides: 2, padding: 'same' }),
      values([1, 3, 3, 2]),
      values([3, 3, 3, 2]),
    ],
  ],
  depthwiseConv: [[(a, w) => nabla.depthwiseConv(a!, w!), image, values([3, 3, 2, 2])]],
  separableConv: [[(a, d, p) => nabla.separableConv(a!, d!, p!), image, values([3, 3, 2, 2]), values([1, 1, 4, 3])]],
  maxPool: [[(a) => nabla.maxPool(a!, { window: 2 }), image]],
  avgPool: [[(a) => nabla.avgPool(a!, { window: 3, strides: 2, padding: 'same' }), image]],
  resize: [
    [(a) => nabla.resize(a!, [7, 3]), image],
    [(a) => nabla.resize(a!, 4, 'nearest'), image],
  ],
};

/** Functions of tensors without a gradient: their values jump or are no floats. */
const FLAT: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  sign: nabla.sign,
  floor: nabla.floor,
  ceil: nabla.ceil,
  round: nabla.round,
  floorDiv: (a) => nabla.floorDiv(a, 0.7),
  any: nabla.any,
  all: nabla.all,
  argMax: nabla.argMax,
  argMin: nabla.argMin,
  argsort: nabla.argsort,
  equal: (a) => nabla.equal(a, 1),
  notEqual: (a) => nabla.notEqual(a, 1),
  less: (a) => nabla.less(a, 1),
  lessEqual: (a) => nabla.lessEqual(a, 1),
  greater: (a) => nabla.greater(a, 1),
  greaterEqual: (a) => nabla.greaterEqual(a, 1),
  logicalAnd: (a) => nabla.logicalAnd(a.less(1), a.less(2)),
  logicalOr: (a) => nabla.logicalOr(a.less(1), a.less(2)),
  logicalNot: (a) => nabla.logicalNot(a.less(1)),
  isNaN: nabla.isNaN,
  oneHot: (a) => nabla.oneHot(a.cast('int32'), 3),
};

describe.each(Object.entries(CHECKS))('%s', (_, checks) => {
  test.each(checks.map((check, i) => [i, check] as const))('%i', async (_, [f, ...inputs]) => {
    await checkGradients(f, inputs);
  });
});

test.each(Object.entries(FLAT))('%s has a gradient of zero', async (_, f) => {
  const { gradients } = await import('@nablajs/autograd');
  const [dx] = gradients(f(x).cast('float32').sum(), [x]);
  expect([...(await dx!.data())]).toEqual(new Array(12).fill(0));
});

test('no function of tensors is missing here', () => {
  const helpers = ['wide', 'scalarLike', 'fullLike', 'iotaLike', 'constantValue', 'explicitPadding'];
  const known = new Set([...Object.keys(CHECKS), ...Object.keys(FLAT), ...helpers]);
  const functions = Object.entries(ops).filter(([, value]) => typeof value === 'function' && !('definition' in value));
  expect(functions.map(([name]) => name).filter((name) => !known.has(name))).toEqual([]);
});
