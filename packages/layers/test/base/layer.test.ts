import { compile, full, ShapeError, type Spec, type Tensor, tensor, type Variable, zeros } from '@nablajs/tensor';
import { expect, test } from 'vitest';
import {
  BatchNormalization,
  builtinLayers,
  Conv2D,
  Dense,
  Dropout,
  defaultName,
  Flatten,
  Initializer,
  Input,
  L2,
  Layer,
  layerFromJSON,
  type Mode,
  Placeholder,
  registryOf,
  type WeightMaker,
} from '../../src/index.ts';
import { onReference } from '../kit.ts';

onReference();

class Scale extends Layer<{ readonly factor: number }> {
  static override readonly type: string = 'acme/Scale';
  #gain!: Variable;
  #calls!: Variable;

  protected override build(make: WeightMaker, input: Spec): void {
    this.#gain = make.weight('gain', input.shape.slice(-1), { initializer: 'ones', regularizer: 'l2' });
    make.weight('fixed', [2], { trainable: false });
    this.#calls = make.state('calls', []);
  }

  protected override call(x: Tensor, { training }: Mode): Tensor {
    if (training) this.#calls.assign(this.#calls.value.add(1));
    return x.mul(this.#gain.value).mul(this.config.factor);
  }
}

test('names: given, after the class, and in the names of weights', () => {
  expect(new Dense(1, { name: 'head' }).name).toBe('head');
  const layer = new Dense(1);
  expect(layer.name).toBe('');
  layer.apply(zeros([1, 2]));
  expect(layer.weights.map(({ name }) => name)).toEqual(['dense/kernel', 'dense/bias']);
  layer.name = 'dense_3';
  expect(layer.weights.map(({ name }) => name)).toEqual(['dense_3/kernel', 'dense_3/bias']);
});

test.each([
  ['Dense', 'dense'],
  ['Conv2D', 'conv2d'],
  ['MaxPooling2D', 'max_pooling2d'],
  ['BatchNormalization', 'batch_normalization'],
  ['ReLU', 're_lu'],
  ['PReLU', 'p_re_lu'],
  ['ELU', 'elu'],
  ['acme/GhostNorm', 'ghost_norm'],
])('%s is called %s, as in Keras', (type, name) => {
  expect(defaultName(type)).toBe(name);
});

test('a layer of one’s own: configuration, weights in order, state in training only', async () => {
  const layer = new Scale({ factor: 2, name: 'mine' });
  expect(layer.config).toEqual({ factor: 2 });
  const x = tensor([[1, 2]]);
  expect(await layer.apply(x).array()).toEqual([[2, 4]]);
  expect(layer.weights.map(({ name }) => name)).toEqual(['mine/gain', 'mine/fixed', 'mine/calls']);
  expect(layer.trainableWeights.map(({ name }) => name)).toEqual(['mine/gain']);
  expect(layer.countParams()).toBe(5);
  const calls = layer.weights[2]!;
  layer.apply(x);
  expect(await calls.value.item()).toBe(0);
  layer.apply(x, { training: true });
  expect(await calls.value.item()).toBe(1);
  layer.trainable = false;
  layer.apply(x, { training: true });
  expect(await calls.value.item()).toBe(1);
});

test('penalties: one per regularized weight, of its value now, none while frozen', async () => {
  const layer = new Dense(1, { kernelRegularizer: new L2(0.5), biasRegularizer: 'l1' });
  expect(layer.penalties()).toEqual([]);
  layer.apply(zeros([1, 2]));
  layer.weights[0]!.assign([[1], [2]]);
  layer.weights[1]!.assign([-3]);
  const values = await Promise.all(layer.penalties().map((term) => term.item()));
  expect(values[0]).toBeCloseTo(2.5, 6);
  expect(values[1]).toBeCloseTo(0.03, 6);
  layer.trainable = false;
  expect(layer.penalties()).toEqual([]);
});

test('plugins: layers, and initializers inside configurations, come back through the registry', async () => {
  class Half extends Initializer<{ readonly of: number }> {
    static override readonly type: string = 'acme/Half';
    override apply(shape: readonly number[]): Tensor {
      return full(shape, this.config.of / 2);
    }
  }
  const registry = { ...builtinLayers, ...registryOf<(typeof builtinLayers)[string] | typeof Half>(Scale, Half) };
  const dense = new Dense(1, { kernelInitializer: new Half({ of: 6 }) });
  expect(dense.config.kernelInitializer).toEqual({ type: 'acme/Half', config: { of: 6 } });
  for (const layer of [dense, layerFromJSON(JSON.parse(JSON.stringify(dense)), registry)]) {
    layer.apply(zeros([1, 1]));
    expect(await layer.weights[0]!.value.item()).toBe(3);
  }
  const scale = layerFromJSON(new Scale({ factor: 3, trainable: false }).toJSON(), registry);
  expect(scale).toBeInstanceOf(Scale);
  expect([scale.config, scale.trainable]).toEqual([{ factor: 3 }, false]);
});

test('a function of one’s own works as an activation', async () => {
  const layer = new Dense(1, { activation: (x) => x.mul(10), kernelInitializer: 'ones' });
  expect(await layer.apply(tensor([[2]])).item()).toBe(20);
});

test('a placeholder goes through layers and remembers the way', () => {
  const x = Input({ shape: [8, 8, 3], name: 'pixels' });
  expect([x.shape, x.dtype, x.name, x.spec.shape]).toEqual([[8, 8, 3], 'float32', 'pixels', [1, 8, 8, 3]]);
  const [conv, flat, dense] = [new Conv2D(4, 3), new Flatten(), new Dense(2)];
  const y = dense.apply(flat.apply(conv.apply(x)));
  expect(y).toBeInstanceOf(Placeholder);
  expect(y.spec).toEqual({ shape: [1, 2], dtype: 'float32' });
  expect(y.layer).toBe(dense);
  expect(y.inputs[0]!.layer).toBe(flat);
  expect(y.inputs[0]!.inputs[0]!.layer).toBe(conv);
  expect(y.inputs[0]!.inputs[0]!.inputs).toEqual([x]);
  expect(dense.countParams()).toBe(6 * 6 * 4 * 2 + 2);
});

test('asking for the shape computes nothing and leaves state alone', async () => {
  const layer = new BatchNormalization();
  expect(layer.outputSpec({ shape: [1, 4], dtype: 'float32' }).shape).toEqual([1, 4]);
  expect(await layer.weights[2]!.value.array()).toEqual([0, 0, 0, 0]);
});

test('building inside a compiled step: weights belong to the layer, not to the trace', async () => {
  const layer = new Dense(2, { kernelInitializer: 'ones' });
  const step = compile((x: Tensor) => layer.apply(x));
  expect(await (await step(tensor([[1, 2]]))).array()).toEqual([[3, 3]]);
  expect(await layer.apply(tensor([[2, 2]])).array()).toEqual([[4, 4]]);
  layer.weights[0]!.assign(zeros([2, 2]));
  expect(await (await step(tensor([[1, 2]]))).array()).toEqual([[0, 0]]);
  expect(step.stats.traces).toBe(1);
});

test('a failed build leaves the layer unbuilt, so that it can be tried again', () => {
  const layer = new Conv2D(1, 3);
  expect(() => layer.apply(zeros([1, 4]))).toThrow(ShapeError);
  expect(layer.built).toBe(false);
  expect(layer.apply(zeros([1, 4, 4, 1])).shape).toEqual([1, 2, 2, 1]);
});

test('errors name the layer, those of ops inside included, and the line of the call', () => {
  const layer = new Dense(2, { name: 'head' });
  const own = caught(() => layer.apply(zeros([3])));
  expect([own.path, own.site]).toEqual(['"head" (Dense)', expect.stringContaining('layer.test.ts')]);
  const inner = caught(() => layer.apply(zeros([1, 2], 'int32')));
  expect([inner.path, inner.op]).toEqual(['"head" (Dense)', 'matmul']);
  const inTwo = caught(() => new Wrapper({ name: 'outer' }).apply(zeros([3])));
  expect(inTwo.path).toBe('"outer" (acme/Wrapper) > "inner" (Dense)');
});

class Wrapper extends Layer {
  static override readonly type: string = 'acme/Wrapper';
  readonly #inner: Dense = new Dense(1, { name: 'inner' });
  protected override build(): void {}
  protected override call(x: Tensor): Tensor {
    return this.#inner.apply(x);
  }
}

function caught(f: () => unknown): ShapeError {
  try {
    f();
  } catch (error) {
    return error as ShapeError;
  }
  throw new Error('nothing was thrown');
}

test('training mode is off by default', async () => {
  const x = tensor([[1, 2, 3]]);
  expect(await new Dropout(0.9).apply(x).array()).toEqual([[1, 2, 3]]);
});
