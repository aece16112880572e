// All messages of the package in one file, for reading: is it clear what was asked, what was found, what to do?
import { type NablaError, type Shape, type Tensor, zeros } from '@nablajs/tensor';
import { expect, test } from 'vitest';
import {
  Activation,
  AdaptiveLogSoftmax,
  AdaptiveMaxPooling2D,
  Add,
  BatchNormalization,
  Bilinear,
  builtinLayers,
  ChannelShuffle,
  Concatenate,
  Conv1D,
  Conv2D,
  Conv2DTranspose,
  Cropping2D,
  Dense,
  Dirac,
  Dot,
  Dropout,
  EinsumDense,
  Embedding,
  Fold,
  GaussianDropout,
  GlobalAveragePooling2D,
  GroupNormalization,
  HeNormal,
  IdentityInitializer,
  Initializer,
  Input,
  InstanceNormalization,
  Lambda,
  Layer,
  LayerNormalization,
  layerFromJSON,
  MaxPooling2D,
  Multiply,
  Orthogonal,
  Padding1D,
  Padding2D,
  Permute,
  PixelShuffle,
  PixelUnshuffle,
  PReLU,
  RepeatVector,
  Reshape,
  Resizing,
  registryOf,
  SpectralNormalization,
  STFT,
  Subtract,
  UpSampling2D,
  VarianceScaling,
  type WeightMaker,
  WeightNormalization,
  ZeroPadding2D,
} from '../src/index.ts';
import { onReference } from './kit.ts';

onReference();

class Nameless extends Layer {
  protected override build(): void {}
  protected override call(x: Tensor): Tensor {
    return x;
  }
}
class Twice extends Nameless {
  static override readonly type: string = 'acme/Twice';
  protected override build(make?: WeightMaker): void {
    make!.weight('w', [1]);
    make!.weight('w', [1]);
  }
}
class Crooked extends Initializer {
  static override readonly type: string = 'acme/Crooked';
  override apply(): Tensor {
    return zeros([1]);
  }
}

function used<T extends Layer>(layer: T, ...shape: number[]): T {
  layer.apply(zeros(shape));
  return layer;
}

function on(layer: Layer, ...shape: Shape): () => unknown {
  return () => layer.apply(zeros(shape));
}

const wrong = (value: unknown): never => value as never;

const CASES: Readonly<Record<string, readonly (() => unknown)[]>> = {
  'Options that cannot work': [
    () => new Dense(0),
    () => new Dense(2.5),
    () => new Dense(wrong(undefined)),
    () => new Dense(wrong('3')),
    () => new Dense(3, { activation: 'rellu' }),
    () => new Dense(3, { activation: 'leaky_relu' }),
    () => new Dense(3, { activation: 'something' }),
    () => new Dense(3, { activation: wrong(4) }),
    () => new Dense(3, { activation: { type: 'leakyRelu', config: { alpha: 0.1 } } }),
    () => new Dense(3, { activation: { type: 'relu', config: { maxValue: -1 } } }),
    () => new Dense(3, wrong({ activatoin: 'relu' })),
    () => new Dense(3, { useBias: wrong(1) }),
    () => new Dense(3, { kernelInitializer: 'glorot' }),
    () => new Dense(3, { kernelInitializer: 'glorot_unifrom' }),
    () => new Dense(3, { kernelInitializer: { type: 'acme/Spread', config: {} } }),
    () => new Dense(3, { kernelInitializer: wrong(0.5) }),
    () => new Dense(3, { kernelRegularizer: 'l3' }),
    () => new Dense(3, { name: 'a/b' }),
    () => new Dense(3, { trainable: wrong('no') }),
    () => new Conv2D(8, [3, 3, 3]),
    () => new Conv2D(8),
    () => new Conv2D(8, 3, { padding: wrong('causal') }),
    () => new Conv1D(8, 3, { padding: wrong('full') }),
    () => new Conv2D(10, 3, { groups: 4 }),
    () => new Conv2D(8, 3, { dataFormat: wrong('channels_first') }),
    () => new MaxPooling2D(0),
    () => new Dropout(1.5),
    () => new Dropout(0.5, { noiseShape: [0] }),
    () => new Reshape([-1, -1]),
    () => new Reshape(wrong(3)),
    () => new BatchNormalization({ momentum: 2 }),
    () => new Activation('tnah'),
    () => new HeNormal({ seed: 0.5 }),
    () => new VarianceScaling({ mode: wrong('fan_in') }),
    () => new IdentityInitializer().apply([2]),
    () => new Orthogonal().apply([2]),
    () => Input({ shape: wrong([null, 3]) }),
    () => new Dense(3, { kernelConstraint: 'nonneg' }),
    () => new Conv2DTranspose(1, 3, { strides: 2, outputPadding: 2 }),
    () => new ZeroPadding2D(wrong([1, 2, 3])),
    () => new Padding2D(1, { mode: wrong('mirror') }),
    () => new UpSampling2D(2, { interpolation: wrong('cubic') }),
    () => new Resizing(8, 8, { cropToAspectRatio: true, padToAspectRatio: true }),
    () => new Permute([2, 2]),
    () => new LayerNormalization([1, 1]),
    () => new GroupNormalization(0),
    () => new GaussianDropout(1),
    () => new Embedding(10, wrong(undefined)),
    () => new EinsumDense('ab->b', 3),
    () => new Lambda(wrong('square')),
    () => new SpectralNormalization(wrong('dense')),
    () => new AdaptiveLogSoftmax(100, [50, 20]),
    () => new Dirac().apply([3, 3]),
    () => new STFT({ window: [1, 2] }).apply([4, 1, 3]),
  ],
  'Inputs that do not fit': [
    on(used(new Dense(10, { name: 'dense_1' }), 32, 784), 32, 28, 28),
    on(used(new Dense(10, { name: 'dense_1' }), 32, 784), 32, 100),
    on(new Dense(10), 784),
    on(new Conv2D(8, 3), 32, 28, 28),
    on(new Conv2D(8, 3), 32, 784),
    on(new Conv2D(8, 3, { dataFormat: 'channelsFirst' }), 32, 28, 28),
    on(new Conv1D(8, 3), 1, 2, 3, 4),
    on(new Conv2D(8, 5), 1, 3, 3, 1),
    on(used(new Conv2D(8, 3), 1, 8, 8, 3), 1, 8, 8, 1),
    on(new Conv2D(8, 3, { groups: 2 }), 1, 8, 8, 3),
    on(new MaxPooling2D(4), 1, 3, 3, 1),
    on(new MaxPooling2D(), 1, 3, 3),
    on(new GlobalAveragePooling2D(), 1, 0, 3, 2),
    on(new Reshape([5, 5]), 2, 24),
    on(new Reshape([5, -1]), 2, 24),
    () => new Dropout(0.5, { noiseShape: [null, 3] }).apply(zeros([2, 4]), { training: true }),
    on(new BatchNormalization(), 3),
    on(new BatchNormalization({ axis: 4 }), 2, 3),
    on(used(new BatchNormalization(), 2, 3), 2, 4),
    on(new PReLU({ sharedAxes: [3] }), 2, 4),
    on(used(new PReLU(), 2, 4), 2, 5),
    () => new Dense(3).apply(zeros([1, 2], 'int32')),
    () => new Dense(3).apply(wrong([[1, 2]])),
    on(new Dense(3, { kernelInitializer: new Crooked({}) }), 1, 2),
    on(new Twice({}), 1),
    () => new Dense(3).countParams(),
    on(new Conv2DTranspose(1, 3), 1, 8, 8),
    on(new Cropping2D(2), 1, 4, 8, 1),
    () => new Padding1D(4, { mode: 'reflect' }).apply(zeros([1, 4, 1])),
    on(new Permute([2, 1]), 1, 2, 3, 4),
    on(new RepeatVector(3), 1, 2, 3),
    on(new PixelShuffle(2), 1, 3, 3, 6),
    on(new PixelUnshuffle(2), 1, 3, 4, 1),
    on(new ChannelShuffle(4), 1, 6),
    on(new AdaptiveMaxPooling2D(2), 1, 4, 4),
    on(new Fold([4, 4], 2), 1, 4, 4),
    on(new LayerNormalization([1, 3]), 2, 3, 4),
    on(new LayerNormalization(0), 2, 3),
    on(used(new LayerNormalization(), 2, 3), 2, 4),
    on(new GroupNormalization(4), 2, 6),
    on(new InstanceNormalization(), 2, 6),
    on(new SpectralNormalization(new Activation('relu')), 2, 3),
    on(new WeightNormalization(new Activation('relu')), 2, 3),
    on(new WeightNormalization(used(new Dense(2), 2, 3)), 2, 3),
    on(new WeightNormalization(new Dense(2, { kernelConstraint: 'nonNeg' })), 2, 3),
    on(new EinsumDense('ab,bc->ac', 3), 2, 3, 4),
    on(new EinsumDense('abc,cd->abd', 3), 2, 3, 4),
    () => new Add().apply(wrong(zeros([1, 2]))),
    () => new Subtract().apply([zeros([1, 2])]),
    () => new Add().apply([zeros([2, 3]), zeros([1, 3])]),
    () => new Multiply().apply([zeros([2, 3]), zeros([2, 4])]),
    () => new Concatenate(1).apply([zeros([1, 2, 3]), zeros([1, 2, 4])]),
    () => new Concatenate(2).apply([zeros([1, 2]), zeros([1, 2])]),
    () => new Dot(1).apply([zeros([1, 3]), zeros([1, 4])]),
    () => new Dot(0).apply([zeros([1, 3]), zeros([1, 3])]),
    () => new Bilinear(1).apply([zeros([2, 3]), zeros([1, 3])]),
    () => new Embedding(3, 2).apply(zeros([1, 2], 'bool')),
  ],
  'Files and plugins': [
    () => new Lambda((x) => x, { name: 'mine' }).toJSON(),
    () => used(new Dense(3, { activation: (x) => x, name: 'dense_1' }), 1, 2).toJSON(),
    () => new Nameless({}).toJSON(),
    () => layerFromJSON({ type: 'acme/GhostNorm', name: '', config: {}, trainable: true }, builtinLayers),
    () => layerFromJSON({ type: '@acme/nabla-norms/GhostNorm', name: '', config: {}, trainable: true }, builtinLayers),
    () => layerFromJSON({ type: 'Dens', name: '', config: {}, trainable: true }, builtinLayers),
    () => layerFromJSON({ type: 'constructor', name: '', config: {}, trainable: true }, registryOf()),
    () => layerFromJSON({ type: 'Dense', name: '', config: { units: -1 }, trainable: true }, builtinLayers),
    () => layerFromJSON(wrong({ type: 'Dense', config: { units: 1 }, trainable: 1 }), builtinLayers),
    () => layerFromJSON({ type: 'acme/Crooked', name: '', config: {}, trainable: true }, registryOf(Crooked)),
    () => layerFromJSON(wrong('Dense'), builtinLayers),
  ],
};

function messageOf(f: () => unknown): string {
  try {
    f();
  } catch (error) {
    return (error as NablaError).toString().replace(/\n {4}at .*/, '');
  }
  throw new Error(`nothing was thrown by ${f}`);
}

test('messages', async () => {
  const text = Object.entries(CASES).map(([title, cases]) => [`## ${title}`, ...cases.map(messageOf)].join('\n\n'));
  await expect(`${text.join('\n\n\n')}\n`).toMatchFileSnapshot('errors.txt');
});
