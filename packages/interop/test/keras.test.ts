import { reference } from '@nablajs/backend-reference';
import { Layer, NamedActivation } from '@nablajs/layers';
import { Model, Sequential } from '@nablajs/model';
import { FormatError, setBackend, type Tensor, tensor } from '@nablajs/tensor';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { readKeras, readKerasWeights } from '../src/index.ts';
import { archive, olderFile, type Stored } from './files.ts';

beforeAll(() => setBackend(reference()));

const predict = async (model: Model, x: Tensor): Promise<number[][]> =>
  (await (await model.predict(x)).array()) as number[][];

const zeros = { class_name: 'Zeros', config: {} };
const glorot = {
  class_name: 'VarianceScaling',
  config: { mode: 'fan_avg', scale: 1, distribution: 'uniform', seed: null },
};
/** A Dense layer with all that Keras 2 writes about it. */
const dense = (name: string, units: number, more: object = {}): object => ({
  class_name: 'Dense',
  config: {
    name,
    trainable: true,
    dtype: 'float32',
    units,
    activation: 'linear',
    use_bias: true,
    kernel_initializer: glorot,
    bias_initializer: zeros,
    kernel_regularizer: null,
    bias_regularizer: null,
    activity_regularizer: null,
    kernel_constraint: null,
    bias_constraint: null,
    ...more,
  },
});
const kernel: Stored = { shape: [2, 2], data: [1, 2, 3, 4] };
const bias: Stored = { shape: [2], data: [10, -100] };
const x = tensor([[1, 1]]);
// [1, 1] [[1, 2], [3, 4]] + [10, -100] = [14, -94]

describe('files of Keras 2', () => {
  const config = {
    class_name: 'Sequential',
    config: { name: 'small', layers: [dense('first', 2, { activation: 'relu', batch_input_shape: [null, 2] })] },
  };

  it('become models with their weights', async () => {
    const model = await readKeras(await olderFile(config, { first: { kernel, bias } }));
    expect(model).toBeInstanceOf(Sequential);
    expect([model.name, model.layers[0]!.name, model.countParams()]).toEqual(['small', 'first', 6]);
    expect(await predict(model, x)).toEqual([[14, 0]]);
  });

  it('train further, frozen layers stay', async () => {
    const frozen = {
      ...config,
      config: { name: 's', layers: [...config.config.layers, dense('second', 1, { trainable: false })] },
    };
    const last = { kernel: { shape: [2, 1], data: [1, 1] }, bias: { shape: [1], data: [0] } };
    const model = await readKeras(await olderFile(frozen, { first: { kernel, bias }, second: last }));
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    await model.fit(x, tensor([[0]]), { epochs: 1, verbose: 0 });
    expect(await model.layers[1]!.weights[0]!.value.array()).toEqual([[1], [1]]);
    expect(await model.layers[0]!.weights[0]!.value.array()).not.toEqual([[1, 2], [3, 4]]); // biome-ignore format: a matrix
  });

  it('may be graphs in which a layer is used twice', async () => {
    const at = (name: string, call = 0) => [name, call, 0, {}];
    const layers = [
      {
        class_name: 'InputLayer',
        name: 'a',
        config: { batch_input_shape: [null, 2], name: 'a', dtype: 'float32' },
        inbound_nodes: [],
      },
      { ...dense('shared', 2), name: 'shared', inbound_nodes: [[at('a')], [at('shared')]] },
      {
        class_name: 'Add',
        name: 'sum',
        config: { name: 'sum', trainable: true },
        inbound_nodes: [[at('shared'), at('shared', 1)]],
      },
    ];
    const graph = {
      class_name: 'Model',
      config: { name: 'twice', layers, input_layers: [['a', 0, 0]], output_layers: [['sum', 0, 0]] },
    };
    const model = await readKeras(await olderFile(graph, { a: {}, shared: { kernel, bias }, sum: {} }));
    expect(model).toBeInstanceOf(Model);
    expect(model.countParams()).toBe(6);
    // [14, -94] once more: [14 - 282 + 10, 28 - 376 - 100] = [-258, -448], and both together.
    expect(await predict(model, x)).toEqual([[14 - 258, -94 - 448]]);
  });

  it('give their weights to models built in code', async () => {
    const bytes = await olderFile(null, { first: { kernel, bias } });
    await expect(readKeras(bytes, {}, 'w.h5')).rejects.toThrow(/w\.h5: holds weights but no model/);
    // The library's own words for it, without the thirty lines around them.
    await expect(readKeras(new Uint8Array(500), {}, 'zeros.h5')).rejects.toThrow(
      /^zeros\.h5: cannot be read as HDF5 \(file signature not found\)\. Was it cut off, or is it a file of another kind\?$/,
    );
    await expect(readKeras(bytes.slice(0, bytes.length / 2), {}, 'half.h5')).rejects.toThrow(
      /^half\.h5: cannot be read as HDF5 \([^#\n]{1,120}\)\. Was it cut off/,
    );
    const model = await readKeras(
      await olderFile(config, { first: { kernel: { shape: [2, 2], data: [0, 0, 0, 0] }, bias } }),
    );
    await readKerasWeights(model, bytes);
    expect(await predict(model, x)).toEqual([[14, 0]]);
  });
});

describe('files of Keras 3', () => {
  const kerasTensor = (name: string, call = 0) => ({
    class_name: '__keras_tensor__',
    config: { shape: [null, 2], dtype: 'float32', keras_history: [name, call, 0] },
  });
  const policy = { module: 'keras', class_name: 'DTypePolicy', config: { name: 'float32' } };
  const layers = [
    {
      class_name: 'InputLayer',
      name: 'in',
      config: { batch_shape: [null, 2], dtype: 'float32', name: 'in' },
      inbound_nodes: [],
    },
    {
      ...dense('one', 2, { dtype: policy, quantization_config: null }),
      name: 'one',
      inbound_nodes: [{ args: [kerasTensor('in')], kwargs: {} }],
    },
    { ...dense('two', 2), name: 'two', inbound_nodes: [{ args: [kerasTensor('in')], kwargs: { mask: null } }] },
    {
      class_name: 'Concatenate',
      name: 'both',
      config: { name: 'both', axis: -1 },
      inbound_nodes: [{ args: [[kerasTensor('one'), kerasTensor('two')]], kwargs: {} }],
    },
  ];
  const config = {
    class_name: 'Functional',
    config: { name: 'wide', layers, input_layers: ['in', 0, 0], output_layers: ['both', 0, 0] },
  };

  it('number their weights by class', async () => {
    const double = { shape: [2, 2], data: [2, 0, 0, 2] };
    const bytes = await archive(config, { dense: [kernel, bias], dense_1: [double, { shape: [2], data: [0, 1] }] });
    expect(await predict(await readKeras(bytes), x)).toEqual([[14, -94, 2, 3]]);
  });

  it('say which weights are missing or do not fit', async () => {
    await expect(readKeras(await archive(config, { dense: [kernel, bias] }), {}, 'm.keras')).rejects.toThrow(
      /m\.keras: has no weights for layer "two" \(Dense\), looked for as 'dense_1'/,
    );
    await expect(readKeras(await archive(config, { dense: [kernel], dense_1: [kernel, bias] }))).rejects.toThrow(
      /layer "one" \(Dense\) has 2 weights, the file 1/,
    );
    await expect(readKeras(await archive(config, { dense: [bias, bias], dense_1: [kernel, bias] }))).rejects.toThrow(
      /is \[2\], but one\/kernel of layer "one" \(Dense\) is \[2, 2\]/,
    );
  });
});

it('recurrent layers that are stateful stay so', async () => {
  const layers = [
    { class_name: 'InputLayer', config: { batch_shape: [1, 2, 1], name: 'in', dtype: 'float32' } },
    {
      class_name: 'SimpleRNN',
      config: { name: 'sums', units: 1, activation: 'linear', use_bias: false, stateful: true, unroll: false },
    },
  ];
  const one: Stored = { shape: [1, 1], data: [1] };
  const bytes = await archive(
    { class_name: 'Sequential', config: { name: 's', layers } },
    { 'simple_rnn/cell': [one, one] },
  );
  const model = await readKeras(bytes);
  expect(await predict(model, tensor([[[1], [2]]]))).toEqual([[3]]);
  expect(await predict(model, tensor([[[4], [5]]]))).toEqual([[12]]);
  model.resetStates();
  expect(await predict(model, tensor([[[4], [5]]]))).toEqual([[9]]);
});

describe('what is not supported', () => {
  const read = async (layers: readonly object[], options = {}): Promise<Model> =>
    readKeras(await olderFile({ class_name: 'Sequential', config: { name: 's', layers } }, {}), options, 'm.h5');
  const input = { batch_input_shape: [null, 2] };

  it('is named: layers, options, open sizes, classes', async () => {
    const odd = { class_name: 'Wavelet', config: { name: 'w', ...input } };
    await expect(read([odd])).rejects.toThrow(
      /m\.h5: layer "w" is a Wavelet, which Nabla does not have\. Pass a class/,
    );
    await expect(read([dense('d', 2, { ...input, wings: 4 })])).rejects.toThrow(
      /m\.h5: layer "d": Dense: option 'wings' is unknown/,
    );
    await expect(read([dense('d', 2, { batch_input_shape: [null, null] })])).rejects.toThrow(/of open size \[\?\]/);
    await expect(read([dense('d', 2)])).rejects.toThrow(/does not say the shape of its input/);
    const subclass = readKeras(await olderFile({ class_name: 'MyModel', config: {} }, {}), {}, 'm.h5');
    await expect(subclass).rejects.toThrow(/of class 'MyModel', which only its own code can build/);
  });

  it('comes from plugins, by the short name, and with shapes given', async () => {
    class Twice extends Layer {
      static override readonly type = 'acme/Twice';
      protected override build(): void {}
      protected override call(x: Tensor): Tensor {
        return x.mul(2);
      }
    }
    const options = { plugins: [{ name: 'acme', layers: [Twice] }], inputShape: [3] };
    const model = await read(
      [{ class_name: 'Twice', config: { name: 't', batch_input_shape: [null, null] } }],
      options,
    );
    expect(await predict(model, tensor([[1, 2, 3]]))).toEqual([[2, 4, 6]]);
  });

  it('comes from plugins as activations too, which Keras writes by their names', async () => {
    class Lifted extends NamedActivation {
      static override readonly type = 'acme/Lifted';
      override apply(y: Tensor): Tensor {
        return y.add(1);
      }
    }
    const written = [
      'lifted',
      { module: 'builtins', class_name: 'function', config: 'lifted', registered_name: 'function' },
    ];
    for (const activation of written) {
      const layer = { class_name: 'Activation', config: { name: 'a', activation, batch_input_shape: [null, 2] } };
      const model = await read([layer], { plugins: [{ name: 'acme', pieces: [Lifted] }] });
      expect(await predict(model, tensor([[1, 2]]))).toEqual([[2, 3]]);
      await expect(read([layer])).rejects.toThrow(/m\.h5: layer "a": Activation: activation 'lifted' is unknown/);
    }
  });

  it('never throws anything but FormatError, however damaged the file', async () => {
    const config = { class_name: 'Sequential', config: { name: 's', layers: [dense('first', 2, input)] } };
    const whole = await olderFile(config, { first: { kernel, bias } });
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), async (at, byte, length) => {
        const damaged = whole.slice(0, length);
        if (at < length) damaged[at] = byte;
        await readKeras(damaged).catch((error) => expect(error).toBeInstanceOf(FormatError));
      }),
      { numRuns: 60 },
    );
  });
});
