// Layers with several inputs and outputs, layers made of layers, masks, and terms of the loss.
import { ConfigError, ShapeError, type Spec, type Tensor, tensor, type Variable, zeros } from '@nablajs/tensor';
import { expect, expectTypeOf, test } from 'vitest';
import {
  type AnyLayer,
  BatchNormalization,
  builtinLayers,
  collectPenalties,
  Dense,
  Input,
  Layer,
  layerFromJSON,
  type Mode,
  maskOf,
  Placeholder,
  registryOf,
  type Value,
  type WeightMaker,
  withMask,
} from '../../src/index.ts';
import { onReference } from '../kit.ts';

onReference();

/** The inputs, each times a weight of its own, added. */
class WeightedSum extends Layer<object, readonly Tensor[]> {
  static override readonly type: string = 'acme/WeightedSum';
  #factors: readonly Variable[] = [];

  protected override build(make: WeightMaker, input: readonly Spec[]): void {
    this.#factors = input.map((_, i) => make.weight(`factor_${i}`, [], { initializer: 'ones' }));
  }

  protected override call(xs: readonly Tensor[]): Tensor {
    return xs.map((x, i) => x.mul(this.#factors[i]!.value)).reduce((sum, x) => sum.add(x));
  }
}

/** The mean and what is left without it. */
class Centre extends Layer<object, Tensor, readonly [Tensor, Tensor]> {
  static override readonly type: string = 'acme/Centre';
  protected override build(): void {}
  protected override call(x: Tensor): readonly [Tensor, Tensor] {
    const mean = x.mean(-1, { keepDims: true });
    return [mean.reshape(mean.shape.slice(0, -1)), x.sub(mean)];
  }
}

class Twice extends Layer<{ readonly layer: Layer; readonly norm: Layer }> {
  static override readonly type: string = 'acme/Twice';
  override sublayers(): readonly Layer[] {
    return [this.given.layer, this.given.norm];
  }
  protected override build(make: WeightMaker): void {
    make.weight('own', [], { initializer: 'ones', regularizer: 'l2' });
  }
  protected override call(x: Tensor, mode: Mode): Tensor {
    const { layer, norm } = this.given;
    return norm.apply(layer.apply(layer.apply(x, mode), mode), mode);
  }
}

class Masked extends Layer {
  static override readonly type: string = 'acme/Masked';
  protected override build(): void {}
  protected override call(x: Tensor): Tensor {
    return x;
  }
  protected override computeMask(x: Tensor): Tensor {
    return x.equal(0).logicalNot();
  }
}

class Passing extends Layer {
  static override readonly type: string = 'acme/Passing';
  static override readonly supportsMasking: boolean = true;
  protected override build(): void {}
  protected override call(x: Tensor): Tensor {
    return x.mul(2);
  }
}

class Stopping extends Passing {
  static override readonly supportsMasking: boolean = false;
  protected override call(x: Tensor): Tensor {
    return x;
  }
}

const twice = (): Twice =>
  new Twice({ layer: new Dense(2, { kernelRegularizer: 'l2' }), norm: new BatchNormalization() });

test('several inputs: a list of tensors, their specs, their placeholders', async () => {
  const layer = new WeightedSum({ name: 'sum' });
  const [a, b] = [tensor([[1, 2]]), tensor([[10, 20]])];
  expect(await layer.apply([a, b]).array()).toEqual([[11, 22]]);
  expect(layer.weights.map(({ name }) => name)).toEqual(['sum/factor_0', 'sum/factor_1']);
  expect(layer.outputSpec([a.spec, b.spec])).toEqual({ shape: [1, 2], dtype: 'float32' });
  const inputs = [Input({ shape: [2] }), Input({ shape: [2] })];
  const y = layer.apply(inputs);
  expectTypeOf(y).toEqualTypeOf<Placeholder>();
  expect(y).toBeInstanceOf(Placeholder);
  expect(y.inputs).toEqual(inputs);
  expect([y.call!.takesList, y.call!.returnsList]).toEqual([true, false]);
});

test('several outputs: a list of tensors or of placeholders that share one call', async () => {
  const layer = new Centre({});
  const [mean, rest] = layer.apply(tensor([[1, 2, 6]]));
  expect([await mean.array(), await rest.array()]).toEqual([[3], [[-2, -1, 3]]]);
  const outputs = layer.apply(Input({ shape: [3] }));
  expectTypeOf(outputs).toEqualTypeOf<readonly [Placeholder, Placeholder]>();
  expect(outputs.map(({ spec }) => spec.shape)).toEqual([[1], [1, 3]]);
  expect(outputs[0].call).toBe(outputs[1].call);
  expect(outputs[0].call!.outputs).toEqual(outputs);
});

test('what is neither a tensor nor a list of them is refused; so is a mixture with placeholders', () => {
  const layer: AnyLayer = new WeightedSum({});
  expect(() => layer.apply([1, 2] as never)).toThrow(ConfigError);
  expect(() => layer.apply([Input({ shape: [1] }), zeros([1, 1])] as never)).toThrow(ConfigError);
});

test('every layer is one of AnyLayer, whatever it takes', () => {
  const layers: readonly AnyLayer[] = [new Dense(1), new WeightedSum({}), new Centre({})];
  expectTypeOf(layers[0]!.apply(zeros([1, 2]))).toEqualTypeOf<Value>();
  expect(layers.map(({ type }) => type)).toEqual(['Dense', 'acme/WeightedSum', 'acme/Centre']);
});

test('an input for batches of one size', () => {
  const x = Input({ shape: [3], batchSize: 4 });
  expect([x.batchSize, x.spec.shape]).toEqual([4, [4, 3]]);
  expect(() => Input({ shape: [3], batchSize: 0 })).toThrow(ConfigError);
});

test('a layer made of layers has their weights, penalties and places', async () => {
  const layer = twice();
  layer.name = 'pair';
  expect(layer.built).toBe(false);
  layer.apply(zeros([1, 2]));
  expect(layer.built).toBe(true);
  expect(layer.weights.map(({ name }) => name)).toEqual([
    'pair/own',
    'pair/dense/kernel',
    'pair/dense/bias',
    'pair/batch_normalization/gamma',
    'pair/batch_normalization/beta',
    'pair/batch_normalization/moving_mean',
    'pair/batch_normalization/moving_variance',
  ]);
  expect(layer.countParams()).toBe(1 + 6 + 8);
  expect([layer.trainableWeights.length, layer.nonTrainableWeights.length]).toEqual([5, 2]);
  layer.weights[1]!.assign([
    [1, 0],
    [0, 2],
  ]);
  const penalties = await Promise.all(layer.penalties().map((term) => term.item()));
  expect(penalties.map((value) => value.toFixed(4))).toEqual(['0.0100', '0.0500']);
  layer.name = 'other';
  expect(layer.weights[1]!.name).toBe('other/dense/kernel');
});

test('freezing reaches the layers inside, before and after they are built', async () => {
  const late = twice();
  late.trainable = false;
  const early = twice();
  early.apply(zeros([1, 2]));
  early.trainable = false;
  for (const layer of [late, early]) {
    const before = layer.apply(tensor([[1, 5]]));
    await layer.apply(tensor([[1, 5]]), { training: true }).data();
    expect(await layer.apply(tensor([[1, 5]])).array()).toEqual(await before.array());
    expect(layer.trainableWeights).toEqual([]);
    expect(layer.nonTrainableWeights).toHaveLength(7);
    expect(layer.weights.some(({ trainable }) => trainable)).toBe(false);
  }
});

test('a layer made of layers survives JSON, with what became of them', () => {
  const layer = twice();
  layer.apply(zeros([1, 2]));
  (layer.sublayers()[1] as Layer).trainable = false;
  const registry = { ...builtinLayers, ...registryOf(Twice) };
  const copy = layerFromJSON(JSON.parse(JSON.stringify(layer)), registry);
  copy.apply(zeros([1, 2]));
  expect(copy.toJSON()).toEqual(layer.toJSON());
  expect(copy.trainableWeights.map(({ name }) => name)).toEqual(layer.trainableWeights.map(({ name }) => name));
});

test('errors name the way through the layers', () => {
  const layer = twice();
  let path: string | undefined;
  try {
    layer.apply(zeros([1, 3]));
  } catch (error) {
    path = (error as ShapeError).path;
    expect(error).toBeInstanceOf(ShapeError);
  }
  expect(path).toBe('"twice" (acme/Twice) > "dense" (Dense)');
});

test('masks: made, passed on, stopped, also where the tensor is the same', async () => {
  const x = tensor([[1, 0, 3]]);
  const masked = new Masked({}).apply(x);
  expect(await maskOf(masked)!.array()).toEqual([[true, false, true]]);
  expect(maskOf(x)).toBe(null);
  const passed = new Passing({}).apply(masked);
  expect(maskOf(passed)).toBe(maskOf(masked));
  expect(maskOf(new Stopping({}).apply(passed))).toBe(null);
  expect(maskOf(new Passing({}).apply(x))).toBe(null);
  expect(maskOf(withMask(passed, null))).toBe(null);
  expect(maskOf(passed)).not.toBe(null);
});

test('a term that a layer adds to the loss reaches whoever collects it', async () => {
  class Costly extends Passing {
    protected override call(x: Tensor): Tensor {
      this.addPenalty(x.square().sum());
      return x;
    }
  }
  const layer = new Costly({});
  expect(await layer.apply(tensor([1])).array()).toEqual([1]);
  const { value, penalties } = collectPenalties(() => layer.apply(layer.apply(tensor([1, 2]))));
  expect(await value.array()).toEqual([1, 2]);
  expect(await Promise.all(penalties.map((term) => term.item()))).toEqual([5, 5]);
});
