import { cpu } from '@nablajs/backend-cpu';
import {
  BatchNormalization,
  Dense,
  Dropout,
  Input,
  Layer,
  type Mode,
  maskOf,
  Reshape,
  withMask,
} from '@nablajs/layers';
import { ConfigError, setBackend, setSeed, type Tensor, tensor } from '@nablajs/tensor';
import { beforeAll, beforeEach, describe, expect, expectTypeOf, test } from 'vitest';
import { Model, modelFromBytes, Sequential } from '../src/index.ts';
import { Halves, Sum, testPlugin, twoByTwo } from './graphs.ts';

beforeAll(async () => setBackend(await cpu()));
beforeEach(() => setSeed(4));

const A = [
  [1, 2],
  [3, 4],
  [5, 6],
];
const B = [
  [0, 1],
  [1, 0],
  [1, 1],
];

async function valuesOf(model: { readonly weights: readonly { readonly value: Tensor }[] }): Promise<unknown[]> {
  return Promise.all(model.weights.map(({ value }) => value.array()));
}

test('every model is a Model, and of the class it was made with', () => {
  class Own extends Model {
    readonly out: Dense = new Dense(1);
  }
  const x = Input({ shape: [2] });
  const models = [new Sequential(), new Own(), new Model({ inputs: x, outputs: new Dense(1).apply(x) })];
  expect(models.map((model) => model instanceof Model)).toEqual([true, true, true]);
  expect(models.map((model) => model instanceof Own)).toEqual([false, true, false]);
  expect([new Dense(1), null, {}].map((other) => (other as unknown) instanceof Model)).toEqual([false, false, false]);
  // Whoever takes a model takes a chain of layers.
  expectTypeOf<Sequential>().toExtend<Model>();
});

describe('a model of placeholders', () => {
  test('one input, one output: the same numbers as its layers by hand', async () => {
    const x = Input({ shape: [2] });
    const [hidden, out] = [new Dense(3, { activation: 'relu' }), new Dense(2)];
    const model = new Model({ inputs: x, outputs: out.apply(hidden.apply(x)) });
    expect(model.built).toBe(true);
    expect([model.name, ...model.layers.map(({ name }) => name)]).toEqual(['model', 'dense', 'dense_1']);
    const y = await model.predict(A);
    expectTypeOf(y).toEqualTypeOf<Tensor>();
    expect(await y.array()).toEqual(await out.apply(hidden.apply(tensor(A))).array());
    expect(model.inputSpec).toEqual({ shape: [1, 2], dtype: 'float32' });
    expect(model.weights.map(({ name }) => name)).toEqual([
      'dense/kernel',
      'dense/bias',
      'dense_1/kernel',
      'dense_1/bias',
    ]);
  });

  test('several inputs and outputs, a shared layer: by name, in a list, from a dataset of either', async () => {
    const model = twoByTwo();
    expect(model.layers.map(({ name }) => name)).toEqual(['shared', 'sum', 'digit', 'size']);
    expect(model.countParams()).toBe(9 + 12 + 4);
    const byName = await model.predict({ a: A, b: B });
    expectTypeOf(byName).toEqualTypeOf<{ readonly digit: Tensor; readonly size: Tensor }>();
    const inOrder = await model.predict([A, B]);
    const { Dataset } = await import('@nablajs/data');
    const streamed = await model.predict(Dataset.from({ x: { a: tensor(A), b: tensor(B) } }).batch(2) as never);
    const [k, bias] = (await valuesOf(model.getLayer('shared'))) as [number[][], number[]];
    const [w, c] = (await valuesOf(model.getLayer('size'))) as [number[][], number[]];
    for (const [row, [a, b]] of A.map((a, i) => [a, B[i]!] as const).entries()) {
      const unit = (x: number[], j: number): number => Math.tanh(x[0]! * k[0]![j]! + x[1]! * k[1]![j]! + bias[j]!);
      const expected = [0, 1, 2].reduce((sum, j) => sum + (unit(a, j) + unit(b, j)) * w[j]![0]!, c[0]!);
      for (const { size } of [byName, inOrder, streamed]) {
        expect(((await size.array()) as number[][])[row]![0]).toBeCloseTo(expected, 5);
      }
    }
    expect((await byName.digit.array()) as number[][]).toHaveLength(3);
  });

  test('a layer with several outputs, and a list of outputs', async () => {
    const x = Input({ shape: [4] });
    const [low, high] = new Halves({}).apply(x);
    const model = new Model({ inputs: x, outputs: [high, new Sum({}).apply([low, high])] });
    const outputs = await model.predict([[1, 2, 3, 4]]);
    expect(await Promise.all(outputs.map((each) => each.array()))).toEqual([[[3, 4]], [[4, 6]]]);
  });

  test('a part of a model is a model: features between two of its values', async () => {
    const x = Input({ shape: [2] });
    const middle = new Dense(3).apply(x);
    const whole = new Model({ inputs: x, outputs: new Dense(1).apply(middle) });
    const head = new Model({ inputs: middle, outputs: whole.outputs });
    const features = new Model({ inputs: whole.inputs, outputs: middle });
    const y = await head.predict(await features.predict(A));
    expect(await y.array()).toEqual(await (await whole.predict(A)).array());
  });

  test('what does not belong together is refused, with the missing part', () => {
    const [x, z] = [Input({ shape: [2] }), Input({ shape: [5], name: 'extra' })];
    const sum = new Sum({}).apply([new Dense(2).apply(x), new Dense(2).apply(z)]);
    expect(() => new Model({ inputs: x, outputs: sum })).toThrow(/input 'extra' of shape \[5\].*Add it to inputs/s);
    expect(() => new Model({ inputs: [x, x], outputs: sum })).toThrow(/given twice/);
    expect(() => new Model({ inputs: tensor(A) as never, outputs: sum })).toThrow(/must be placeholders/);
    expect(() => new Model({ inputs: [], outputs: sum })).toThrow(/there are no inputs/);
    expect(() => new Model({})).toThrow(/needs \{ inputs, outputs \}/);
    const twice = new Dense(2, { name: 'd' }).apply(new Dense(2, { name: 'd' }).apply(x));
    expect(() => new Model({ inputs: x, outputs: twice })).toThrow(/two layers named "d"/);
    const names = [Input({ shape: [2], name: 'x' }), Input({ shape: [2], name: 'x' })];
    expect(() => new Model({ inputs: names, outputs: new Sum({}).apply(names) })).toThrow(/two inputs are named 'x'/);
  });

  test('data for inputs that are not there: did you mean', async () => {
    const model = twoByTwo();
    await expect(model.predict({ a: A, bb: B })).rejects.toThrow(/'bb' is no input.*'a' and 'b'.*Did you mean 'b'/);
    await expect(model.predict({ a: A })).rejects.toThrow(/input 'b' is missing/);
    await expect(model.predict(tensor(A))).rejects.toThrow(/has 2 inputs, got a single one/);
    expect(() => model.getLayer('siz')).toThrow(/Did you mean 'size'/);
  });

  test('a layer in two submodels adds its penalty once, whoever is frozen', () => {
    const shared = new Dense(1, { kernelRegularizer: 'l2' });
    const part = (): Sequential =>
      new Sequential([Input({ shape: [2] }), shared, new Dense(1, { kernelRegularizer: 'l1' })]);
    const [left, right] = [part(), part()];
    const x = Input({ shape: [2] });
    const model = new Model({ inputs: x, outputs: [left.apply(x), right.apply(x)] });
    expect(model.penalties()).toHaveLength(3);
    expect(left.penalties()).toHaveLength(2);
    expect(model.penalties()).toHaveLength(3);
    left.layers[1]!.trainable = false;
    expect(model.penalties()).toHaveLength(2);
  });

  test('masks flow through', async () => {
    class Gate extends Layer {
      static override readonly type: string = 'test/Gate';
      protected override build(): void {}
      protected override call(x: Tensor): Tensor {
        return withMask(x.mul(1), x.greater(1));
      }
    }
    const x = Input({ shape: [2] });
    const model = new Model({ inputs: x, outputs: new Dropout(0.1).apply(new Gate({}).apply(x)) });
    const plain = new Model({ inputs: x, outputs: new Reshape([2]).apply(new Gate({}).apply(x)) });
    const wrapped = new Sequential([model]);
    for (const each of [model, wrapped]) {
      expect(await maskOf(each.apply(tensor([[0, 2]])))!.array()).toEqual([[false, true]]);
    }
    expect(maskOf(plain.apply(tensor([[0, 2]])))).toBe(null);
  });
});

describe('models in models', () => {
  function nested() {
    const encoder = new Sequential([new Dense(3, { activation: 'tanh' }), new BatchNormalization()], {
      name: 'encoder',
    });
    const [a, b] = [Input({ shape: [2] }), Input({ shape: [2] })];
    const inner = new Sequential([new Dense(2)]);
    const sum = new Sum({}).apply([encoder.apply(a), encoder.apply(b)]);
    return { encoder, model: new Model({ inputs: [a, b], outputs: inner.apply(sum) }) };
  }

  test('are layers: names, weights, errors, summary', async () => {
    const { encoder, model } = nested();
    expect(model.layers.map(({ name }) => name)).toEqual(['encoder', 'sum', 'sequential']);
    expect(model.weights.map(({ name }) => name)).toEqual([
      'encoder/dense/kernel',
      'encoder/dense/bias',
      'encoder/batch_normalization/gamma',
      'encoder/batch_normalization/beta',
      'encoder/batch_normalization/moving_mean',
      'encoder/batch_normalization/moving_variance',
      'sequential/dense/kernel',
      'sequential/dense/bias',
    ]);
    encoder.trainable = false;
    expect(model.trainableWeights.map(({ name }) => name)).toEqual([
      'sequential/dense/kernel',
      'sequential/dense/bias',
    ]);
    await expect(model.predict([[[1, 2, 3]], [[1, 2]]])).rejects.toThrow(
      /in "encoder" \(Sequential\) > "dense" \(Dense\)/,
    );
  });

  test('inside of a Sequential, also one that has no shapes yet', async () => {
    const model = new Sequential([new Sequential([new Dense(3), new Dense(2)]), new Sequential([new Dense(1)])]);
    const y = await model.predict(A);
    expect(y.shape).toEqual([3, 1]);
    expect(model.layers.map(({ name }) => name)).toEqual(['sequential', 'sequential_1']);
    expect(model.weights.at(-1)!.name).toBe('sequential_1/dense/bias');
    const copy = modelFromBytes(await model.toBytes());
    expect(await (await copy.predict(A)).array()).toEqual(await y.array());
  });

  test('of one input come back from files', async () => {
    const x = Input({ shape: [2] });
    const outputs = new Dense(1).apply(x);
    for (const model of [new Model({ inputs: x, outputs }), new Model({ inputs: { shape: x }, outputs })]) {
      const copy = modelFromBytes(await model.toBytes());
      expect(copy.toJSON()).toEqual(model.toJSON());
      expect(copy.weights.map(({ shape }) => shape)).toEqual([[2, 1], [1]]);
    }
    const model = new Model({ inputs: x, outputs });
    const copy = modelFromBytes(await model.toBytes());
    const rows = tensor([[1, 2]]);
    expect(await (await copy.predict(rows)).array()).toEqual(await (await model.predict(rows)).array());
  });

  test('come back from files, shared layers still shared, frozen ones frozen', async () => {
    const { encoder, model } = nested();
    (encoder.layers[0] as Dense).trainable = false;
    model.compile({ optimizer: 'adam', loss: 'mse' });
    await model.fit(
      [A, B],
      [
        [1, 1],
        [0, 1],
        [1, 0],
      ],
      { verbose: 0, epochs: 2 },
    );
    const copy = modelFromBytes<typeof model>(await model.toBytes(), { plugins: [testPlugin] });
    expect(copy.toJSON()).toEqual(model.toJSON());
    expect(copy.summary()).toBe(model.summary());
    expect(await valuesOf(copy)).toEqual(await valuesOf(model));
    expect(copy.trainableWeights.map(({ name }) => name)).toEqual(model.trainableWeights.map(({ name }) => name));
    const x = [A, B] as const;
    const [{ history: first }, { history: second }] = [
      await model.fit(x, B, { verbose: 0, epochs: 4, initialEpoch: 2 }),
      await copy.fit(x, B, { verbose: 0, epochs: 4, initialEpoch: 2 }),
    ];
    expect(second).toEqual(first);
  });

  test('a record of inputs and outputs keeps its names in the file', async () => {
    const model = twoByTwo();
    const copy = modelFromBytes<typeof model>(await model.toBytes(), { plugins: [testPlugin] });
    const [one, other] = [await model.predict({ a: A, b: B }), await copy.predict({ a: A, b: B })];
    expect(Object.keys(other)).toEqual(['digit', 'size']);
    expect(await other.digit.array()).toEqual(await one.digit.array());
  });
});

describe('a model that is a class', () => {
  class Residual extends Model {
    static override readonly type: string = 'test/Residual';
    readonly hidden: readonly Dense[];
    readonly out: Dense;
    readonly norms: Readonly<Record<string, BatchNormalization>> = { last: new BatchNormalization() };

    constructor(options: { readonly units: number; readonly name?: string }) {
      super(options);
      this.hidden = [new Dense(options.units, { activation: 'relu' }), new Dense(options.units)];
      this.out = new Dense(2, { name: 'head' });
    }

    protected override call(x: Tensor, mode: Mode): Tensor {
      const h = this.hidden.reduce((y, layer) => layer.apply(y, mode), x);
      return this.norms['last']!.apply(this.out.apply(h, mode), mode).add(x);
    }
  }

  test('has the layers of its fields, named after them', async () => {
    const model = new Residual({ units: 3 });
    expect([model.name, model.built]).toEqual(['residual', false]);
    expect(model.layers.map(({ name }) => name)).toEqual(['hidden_0', 'hidden_1', 'head', 'norms_last']);
    const y = await model.predict(A);
    expect(y.shape).toEqual([3, 2]);
    expect(model.built).toBe(true);
    expect(model.weights.map(({ name }) => name).slice(0, 2)).toEqual(['hidden_0/kernel', 'hidden_0/bias']);
    expect(model.summary()).toMatch(/hidden_1 \(Dense\) +\[batch, 3\] +12 /);
    model.compile({ optimizer: 'adam', loss: 'mse' });
    const { history } = await model.fit(A, B, { verbose: 0, epochs: 30 });
    expect(history['loss']!.at(-1)).toBeLessThan(history['loss']![0]!);
  });

  test('comes back from a file by its class, and as a part of another model', async () => {
    const model = new Sequential([new Residual({ units: 3, name: 'block' }), new Dense(1)]);
    const y = await model.predict(A);
    const plugin = { name: 'test', layers: [Residual] };
    const copy = modelFromBytes(await model.toBytes(), { plugins: [plugin] });
    expect(await (await copy.predict(A)).array()).toEqual(await y.array());
    const alone = new Residual({ units: 2 });
    const z = await alone.predict(A);
    const again = modelFromBytes(await alone.toBytes(), { plugins: [plugin] });
    expect(again).toBeInstanceOf(Residual);
    expect(await (await again.predict(A)).array()).toEqual(await z.array());
  });

  test('without a type it cannot be saved whole, and says what to do', async () => {
    class Plain extends Model {
      readonly one: Dense = new Dense(1);
      protected override call(x: Tensor, mode: Mode): Tensor {
        return this.one.apply(x, mode);
      }
    }
    const model = new Plain();
    await model.predict(A);
    await expect(model.toBytes()).rejects.toThrow(/class has no type.*'package\/Plain'.*saveWeights/s);
  });

  test('layers that cannot be seen are noticed, not left untrained', async () => {
    class Hidden extends Model {
      readonly #secret: Dense = new Dense(1);
      protected override call(x: Tensor, mode: Mode): Tensor {
        return this.#secret.apply(x, mode);
      }
    }
    await expect(new Hidden().predict(A)).rejects.toThrow(/in none of the fields.*Private #fields/s);
    class Empty extends Model {}
    await expect(new Empty().predict(A)).rejects.toThrow(ConfigError);
  });

  test('with several inputs takes a list', async () => {
    class Pair extends Model<readonly [Tensor, Tensor]> {
      readonly left: Dense = new Dense(2);
      readonly right: Dense = new Dense(2);
      protected override call([a, b]: readonly [Tensor, Tensor], mode: Mode): Tensor {
        return this.left.apply(a, mode).add(this.right.apply(b, mode));
      }
    }
    const model = new Pair();
    const y = await model.predict([tensor(A), tensor(B)]);
    expect(y.shape).toEqual([3, 2]);
    expect(model.inputSpec).toHaveLength(2);
  });
});

describe('looking inside', () => {
  test('the summary says what is connected to what, where that is not simply the one before', () => {
    const model = twoByTwo();
    const lines = model.summary().split('\n');
    expect(lines[2]).toMatch(/Connected to$/);
    expect(lines.find((line) => line.startsWith('shared'))).toMatch(/\[batch, 3\].* 9 .*a, b$/);
    expect(lines.find((line) => line.startsWith('sum'))).toMatch(/shared, shared$/);
    expect(lines.find((line) => line.startsWith('a (Input)'))).toMatch(/\[batch, 2\]/);
    expect(new Sequential([Input({ shape: [2] }), new Dense(1)]).summary()).not.toMatch(/Connected/);
  });

  test('FLOPs of a shared layer count as often as it is used', () => {
    const { total, layers } = twoByTwo().flops();
    const of = (name: string): number => layers.find((each) => each.name === name)!.flops;
    // Twice: product 2 * 2 * 3, bias 3, and the activation.
    expect(of('shared')).toBeGreaterThanOrEqual(2 * 15);
    expect(of('size')).toBe(2 * 3 + 1);
    expect(total).toBe(layers.reduce((sum, { flops }) => sum + flops, 0));
  });
});
