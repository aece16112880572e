// Merges, masks and penalties, by hand.
import { gradients } from '@nablajs/autograd';
import { compile, fromData, ones, scalar, tensor, zeros } from '@nablajs/tensor';
import { describe, expect, test } from 'vitest';
import {
  Activation,
  ActivityRegularization,
  Add,
  type AnyLayer,
  Average,
  BatchNormalization,
  Bilinear,
  builtinLayers,
  Concatenate,
  Conv1D,
  collectPenalties,
  Dense,
  Dot,
  EinsumDense,
  Embedding,
  GlobalAveragePooling1D,
  Input,
  L1,
  Lambda,
  LayerNormalization,
  Masking,
  Maximum,
  Minimum,
  Multiply,
  maskOf,
  ReversibleEmbedding,
  Softmax,
  SpectralNormalization,
  Subtract,
  SwiGLU,
  withMask,
} from '../../src/index.ts';
import { onReference } from '../kit.ts';
import { expectValues, waves } from './close.ts';

onReference();

const a = tensor([[1, 5, -2]]);
const b = tensor([[4, 2, -2]]);
const mask = (...rows: number[][]) => tensor(rows).cast('bool');

describe('merges', () => {
  test('by hand', async () => {
    await expectValues(new Add().apply([a, b, b]), [9, 9, -6]);
    await expectValues(new Subtract().apply([a, b]), [-3, 3, 0]);
    await expectValues(new Multiply().apply([a, b]), [4, 10, 4]);
    await expectValues(new Average().apply([a, b, b]), [3, 3, -2]);
    await expectValues(new Maximum().apply([a, b]), [4, 5, -2]);
    await expectValues(new Minimum().apply([a, b]), [1, 2, -2]);
    await expectValues(new Concatenate().apply([a, b]), [1, 5, -2, 4, 2, -2]);
    await expectValues(new Dot(1).apply([a, b]), [18]);
    await expectValues(new Dot(1, { normalize: true }).apply([a, b]), [18 / Math.sqrt(30 * 24)]);
  });

  test('inputs with fewer axes get new ones after the batch, as in Keras', async () => {
    const wide = fromData(waves(12), [2, 3, 2]);
    const narrow = tensor([
      [10, 20],
      [30, 40],
    ]);
    const expected = Array.from(waves(12), (value, i) => value + [10, 20, 30, 40][2 * Math.floor(i / 6) + (i % 2)]!);
    await expectValues(new Add().apply([wide, narrow]), expected);
    await expectValues(new Add().apply([narrow, wide]), expected);
  });

  test('Dot sums over an axis of each, sample by sample', async () => {
    const [x, y] = [waves(2 * 3 * 4), waves(2 * 4 * 2, 1)];
    const expected: number[] = [];
    for (let n = 0; n < 2; n++) {
      for (let i = 0; i < 3; i++) {
        for (let j = 0; j < 2; j++) {
          expected.push([0, 1, 2, 3].reduce((sum, k) => sum + x[n * 12 + i * 4 + k]! * y[n * 8 + k * 2 + j]!, 0));
        }
      }
    }
    await expectValues(new Dot([2, 1]).apply([fromData(x, [2, 3, 4]), fromData(y, [2, 4, 2])]), expected);
  });

  test('what does not go together is refused, by name', () => {
    expect(() => new Add().apply([a, zeros([1, 2])])).toThrow(
      /"add" \(Add\): shapes \[1, 3\] and \[1, 2\] do not go together/,
    );
    expect(() => new Add().apply([a, zeros([2, 3])])).toThrow(/one batch size/);
    expect(() => new Subtract().apply([a, b, b])).toThrow(/takes a list of 2 inputs, got a list of 3/);
    expect(() => new Add().apply(a as never)).toThrow(/list of 1 or more inputs, got one tensor/);
    expect(() => new Concatenate(1).apply([zeros([1, 2, 3]), zeros([1, 2, 4])])).toThrow(
      /differ elsewhere than on axis 1/,
    );
    expect(() => new Dot(1).apply([a, zeros([1, 4])])).toThrow(/different sizes/);
    expect(() => new Dot(0).apply([a, b])).toThrow(/cannot be summed over/);
  });

  test('placeholders merge, too', () => {
    const [x, y] = [Input({ shape: [4] }), Input({ shape: [6] })];
    expect(new Concatenate().apply([x, y]).spec.shape).toEqual([1, 10]);
    expect(new Lambda(([p, q]: readonly [typeof a, typeof a]) => p.mul(q)).apply([x, x] as never).spec.shape).toEqual([
      1, 4,
    ]);
  });
});

describe('masks', () => {
  test('Masking and Embedding make them', async () => {
    const x = tensor([
      [
        [0, 0],
        [0, 3],
        [1, 1],
      ],
    ]);
    const masked = new Masking().apply(x);
    expect(await maskOf(masked)!.array()).toEqual([[false, true, true]]);
    const words = new Embedding(5, 2, { maskZero: true }).apply(tensor([[0, 3, 0]], 'int32'));
    expect(await maskOf(words)!.array()).toEqual([[false, true, false]]);
    expect(maskOf(new Embedding(5, 2).apply(tensor([[0, 3]], 'int32')))).toBeNull();
  });

  test('travel through what works step by step, and end at what mixes steps', () => {
    const m = mask([1, 1, 0]);
    const x = withMask(fromData(waves(12), [1, 3, 4]), m);
    expect(maskOf(new Dense(2).apply(new Activation('relu').apply(new LayerNormalization().apply(x))))).toBe(m);
    expect(maskOf(new Conv1D(2, 2).apply(x))).toBeNull();
  });

  test('of merges: something is there where an input has something; unknown when one has no mask', async () => {
    const x = withMask(ones([1, 3, 2]), mask([1, 0, 0]));
    const y = withMask(ones([1, 3, 2]), mask([0, 0, 1]));
    expect(await maskOf(new Add().apply([x, y]))!.array()).toEqual([[true, false, true]]);
    expect(maskOf(new Add().apply([x, ones([1, 3, 2])]))).toBeNull();
    expect(await maskOf(new Concatenate().apply([x, y]))!.array()).toEqual([[true, false, true]]);
    expect(await maskOf(new Concatenate(1).apply([x, ones([1, 2, 2])]))!.array()).toEqual([
      [true, false, false, true, true],
    ]);
    expect(maskOf(new Dot(2).apply([x, y]))).toBeNull();
  });

  test('count in averages, batch statistics and softmax', async () => {
    const x = withMask(tensor([[[1], [3], [100]]]), mask([1, 1, 0]));
    await expectValues(new GlobalAveragePooling1D().apply(x), [2]);
    const layer = new BatchNormalization({ momentum: 0, epsilon: 0, center: false, scale: false });
    await expectValues(layer.apply(x, { training: true }), [-1, 1, 98]);
    await expectValues(layer.weights[0]!.value, [2]);
    await expectValues(layer.weights[1]!.value, [1]);
    const scores = withMask(tensor([[0, Math.log(3), 50]]), mask([1, 1, 0]));
    await expectValues(new Softmax().apply(scores), [0.25, 0.75, 0]);
  });

  test('pass through the layers that Keras lets them through, and only those', () => {
    const passing = Object.entries(builtinLayers).filter(
      ([, Class]) => (Class as unknown as { supportsMasking: boolean }).supportsMasking,
    );
    // As in Keras 3, and the layers of ours that work element by element or on features only.
    const keras = [
      ...['Activation', 'ELU', 'LeakyReLU', 'PReLU', 'ReLU', 'Softmax', 'Dense', 'EinsumDense', 'Identity', 'Masking'],
      ...['Dropout', 'AlphaDropout', 'GaussianDropout', 'GaussianNoise', 'ActivityRegularization'],
      ...['SpatialDropout1D', 'SpatialDropout2D', 'SpatialDropout3D'],
      ...[
        'BatchNormalization',
        'LayerNormalization',
        'GroupNormalization',
        'UnitNormalization',
        'SpectralNormalization',
      ],
      ...['Add', 'Subtract', 'Multiply', 'Average', 'Maximum', 'Minimum', 'Concatenate'],
      ...['Attention', 'AdditiveAttention', 'MultiHeadAttention', 'GroupQueryAttention'],
      'Normalization',
    ];
    const ours = [
      ...['TransformerEncoder', 'TransformerDecoder', 'SinePositionEncoding', 'PositionEmbedding'],
      'TimeDistributed',
      'Maxout',
      'SwiGLU',
      'RReLU',
      'ThresholdedReLU',
      'RMSNormalization',
      'InstanceNormalization',
      'LocalResponseNormalization',
      'WeightNormalization',
      'AdaptiveLogSoftmax',
      'Rescaling',
    ];
    expect(passing.map(([type]) => type).sort()).toEqual([...keras, ...ours].sort());
  });
});

test('penalties on what flows through, per sample', async () => {
  const x = tensor([
    [1, -2],
    [3, 0],
  ]);
  const { penalties } = collectPenalties(() => new ActivityRegularization(0.1, 0.01).apply(x));
  expect(penalties).toHaveLength(1);
  expect(await penalties[0]!.item()).toBeCloseTo((0.1 * 6 + 0.01 * 14) / 2, 6);
  const layer = new Dense(1, { activityRegularizer: new L1(0.5), kernelInitializer: 'ones' });
  const collected = collectPenalties(() => layer.apply(x)).penalties;
  const [slope] = gradients(collected[0]!, [x]);
  expect(await collected[0]!.item()).toBeCloseTo((0.5 * (1 + 3)) / 2, 6);
  await expectValues(slope!, [-0.25, -0.25, 0.25, 0.25]);
});

test('a Lambda works, and says why it cannot be saved', async () => {
  const layer = new Lambda((x) => x.square(), { name: 'squared' });
  await expectValues(layer.apply(a), [1, 25, 4]);
  expect(() => layer.toJSON()).toThrow(/"squared" \(Lambda\): function is a function, which a file cannot hold/);
  await expectValues(
    new Lambda((x, { training }) => x.mul(training ? 2 : 1)).apply(a, { training: true }),
    [2, 10, -4],
  );
});

describe('products', () => {
  test('EinsumDense: shapes from the formula, the bias where it is asked for', async () => {
    const layer = new EinsumDense('ab...,bcd->acd...', [2, 3], { biasAxes: 'd' });
    const x = fromData(waves(2 * 4 * 5), [2, 4, 5]);
    expect(layer.apply(x).shape).toEqual([2, 2, 3, 5]);
    expect(layer.weights.map(({ shape }) => shape)).toEqual([
      [4, 2, 3],
      [3, 1],
    ]);
    const dense = new EinsumDense('...x,xy->...y', 3, { biasAxes: 'y' });
    const same = new Dense(3);
    for (const one of [dense, same] as AnyLayer[]) {
      one.outputSpec({ shape: [2, 4, 5], dtype: 'float32' });
      one.weights[0]!.assign(fromData(waves(15), [5, 3]));
      one.weights[1]!.assign(fromData(waves(3), [3]));
    }
    await expectValues(dense.apply(x), await same.apply(x).data());
  });

  test('EinsumDense refuses what it cannot do', () => {
    const x = zeros([2, 3, 4]);
    expect(() => new EinsumDense('ab->b', 3)).toThrow(/cannot read equation 'ab->b'/);
    expect(() => new EinsumDense('ab,bc->ac', 3).apply(x)).toThrow(/'ab' in 'ab,bc->ac' does not fit/);
    expect(() => new EinsumDense('abc,cd->abd', 3).apply(x)).toThrow(/outputShape has 1 entries for the axes b, d of/);
    expect(() => new EinsumDense('abc,cd->abd', [7, 3]).apply(x)).toThrow(/axis 'b' .* has size 3 in the input, 7/);
    expect(() => new EinsumDense('abc,cd->abd', [null, null]).apply(x)).toThrow(/must say the size of 'd'/);
    expect(() => new EinsumDense('abc,cd->abd', [null, 2], { biasAxes: 'c' }).apply(x)).toThrow(/biasAxes 'c'/);
  });

  test('embeddings: rows by number, and back', async () => {
    const layer = new ReversibleEmbedding(3, 2, { logitSoftCap: 10 });
    const tokens = tensor([[2, 0, 5]], 'int32');
    layer.apply(tokens);
    layer.weights[0]!.assign([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    await expectValues(layer.apply(tokens), [5, 6, 1, 2, 0, 0]);
    await expectValues(
      layer.apply(tensor([[1, -1]])),
      [-1, -1, -1].map((score) => 10 * Math.tanh(score / 10)),
    );
    await expectValues(
      layer.apply(tensor([[2, 1]])),
      [4, 10, 16].map((score) => 10 * Math.tanh(score / 10)),
    );
  });

  test('Bilinear: every pair of features, weighted', async () => {
    const layer = new Bilinear(2);
    const [x, y] = [waves(2 * 3), waves(2 * 2, 1)];
    layer.outputSpec([
      { shape: [2, 3], dtype: 'float32' },
      { shape: [2, 2], dtype: 'float32' },
    ]);
    const w = waves(2 * 3 * 2, 2);
    layer.weights[0]!.assign(fromData(w, [2, 3, 2]));
    layer.weights[1]!.assign([0.5, -1]);
    const expected = [0, 1].flatMap((n) =>
      [0, 1].map((k) => {
        let sum = [0.5, -1][k]!;
        for (let i = 0; i < 3; i++)
          for (let j = 0; j < 2; j++) sum += x[n * 3 + i]! * w[k * 6 + i * 2 + j]! * y[n * 2 + j]!;
        return sum;
      }),
    );
    await expectValues(layer.apply([fromData(x, [2, 3]), fromData(y, [2, 2])]), expected);
    expect(() => layer.apply([zeros([2, 3]), zeros([1, 2])])).toThrow(/differ in their last axis only/);
  });

  test('SwiGLU: a gate times a product', async () => {
    const layer = new SwiGLU(1);
    layer.outputSpec({ shape: [1, 2], dtype: 'float32' });
    layer.weights[0]!.assign([
      [1, 2],
      [0.5, -1],
    ]);
    layer.weights[1]!.assign([0.25, 0.5]);
    const gate = 2 + 1.5 + 0.25;
    await expectValues(layer.apply(tensor([[2, 3]])), [(gate / (1 + Math.exp(-gate))) * (4 - 3 + 0.5)]);
  });
});

test('SpectralNormalization: after enough steps the largest singular value is 1, and it learns', async () => {
  const dense = new Dense(2, { useBias: false });
  const layer = new SpectralNormalization(dense, { powerIterations: 30 });
  const x = tensor([[1, 2]]);
  layer.apply(x);
  // Singular values of [[3, 0], [4, 5]]: sqrt(45) and sqrt(5).
  dense.weights[0]!.assign([
    [3, 0],
    [4, 5],
  ]);
  layer.weights[0]!.assign([[1, 1]]);
  await expectValues(layer.apply(x), [11, 10]);
  await expectValues(layer.apply(x, { training: true }), [11 / Math.sqrt(45), 10 / Math.sqrt(45)]);
  await expectValues(
    dense.weights[0]!.value,
    [3, 0, 4, 5].map((w) => w / Math.sqrt(45)),
  );
  const step = compile(() => {
    const loss = layer.apply(x, { training: true }).sum();
    const [slope] = gradients(loss, layer.trainableWeights);
    layer.trainableWeights[0]!.assign(layer.trainableWeights[0]!.value.sub(slope!.mul(scalar(0.1))));
    return slope!;
  });
  await expectValues(await step(), [1, 1, 2, 2]);
  expect(() => new SpectralNormalization(new Activation('relu')).apply(x)).toThrow(/neither kernel nor embeddings/);
});
