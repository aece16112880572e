// Attention and statistics in files of Keras 3, whose numbers can be followed by hand.
import { reference } from '@nablajs/backend-reference';
import { setBackend, tensor } from '@nablajs/tensor';
import { beforeAll, expect, it } from 'vitest';
import { readKeras } from '../src/index.ts';
import { archive, type Stored } from './files.ts';

beforeAll(() => setBackend(reference()));

const kerasTensor = (name: string) => ({
  class_name: '__keras_tensor__',
  config: { shape: [null, 2, 2], dtype: 'float32', keras_history: [name, 0, 0] },
});
const input = {
  class_name: 'InputLayer',
  name: 'in',
  config: { batch_shape: [null, 2, 2], dtype: 'float32', name: 'in' },
  inbound_nodes: [],
};
const functional = (layer: object, name: string, nodes: readonly object[]) => ({
  class_name: 'Functional',
  config: {
    name: 'm',
    layers: [input, { ...layer, name, inbound_nodes: nodes }],
    input_layers: [['in', 0, 0]],
    output_layers: [[name, 0, 0]],
  },
});
const zeros = (...shape: number[]): Stored => ({
  shape,
  data: new Array<number>(shape.reduce((a, b) => a * b)).fill(0),
});
const attention = {
  class_name: 'MultiHeadAttention',
  config: {
    name: 'attend',
    num_heads: 1,
    key_dim: 2,
    value_dim: 2,
    dropout: 0.1,
    use_bias: true,
    use_gate: false,
    output_shape: null,
    attention_axes: null,
    sliding_window: null,
    kernel_initializer: { class_name: 'GlorotUniform', config: { seed: null } },
    bias_initializer: { class_name: 'Zeros', config: {} },
    kernel_regularizer: null,
    seed: null,
  },
};
/** Without a word from queries and keys, each step takes the mean of what it may see. */
const weights = {
  'multi_head_attention/query_dense': [zeros(2, 1, 2), zeros(1, 2)],
  'multi_head_attention/key_dense': [{ shape: [2, 1, 2], data: [5, 6, 7, 8] }, zeros(1, 2)],
  'multi_head_attention/value_dense': [
    { shape: [2, 1, 2], data: [1, 0, 0, 1] },
    { shape: [1, 2], data: [1, 0] },
  ],
  'multi_head_attention/output_dense': [
    { shape: [1, 2, 2], data: [1, 0, 0, 1] },
    { shape: [2], data: [0, 10] },
  ],
  'multi_head_attention/_dropout_layer/seed_generator': [{ shape: [2], data: [1, 2] }],
};
const x = tensor([
  [
    [1, 2],
    [3, 4],
  ],
]);

it('attention: arguments of calls become inputs and options, projections keep their order', async () => {
  const call = (kwargs: object) => [{ args: [kerasTensor('in')], kwargs: { value: kerasTensor('in'), ...kwargs } }];
  const causal = await readKeras(
    await archive(functional(attention, 'attend', call({ use_causal_mask: true })), weights),
  );
  expect(await (await causal.predict(x)).array()).toEqual([
    [
      [2, 12],
      [3, 13],
    ],
  ]);
  const free = await readKeras(await archive(functional(attention, 'attend', call({ query_mask: null })), weights));
  expect(await (await free.predict(x)).array()).toEqual([
    [
      [3, 13],
      [3, 13],
    ],
  ]);
  const odd = archive(functional(attention, 'attend', call({ attention_mask: kerasTensor('in') })), weights);
  await expect(readKeras(await odd)).rejects.toThrow(/attention_mask/);
});

it('normalization, with what it learned', async () => {
  const layer = {
    class_name: 'Normalization',
    config: { name: 'n', axis: [-1], mean: null, variance: null, invert: false },
  };
  const nodes = [{ args: [kerasTensor('in')], kwargs: {} }];
  const learned = {
    normalization: [
      { shape: [2], data: [1, 2] },
      { shape: [2], data: [4, 1] },
      { shape: [], data: [0] },
    ],
  };
  const model = await readKeras(await archive(functional(layer, 'n', nodes), learned));
  expect(await (await model.predict(x)).array()).toEqual([
    [
      [0, 0],
      [1, 2],
    ],
  ]);
});

it('bins', async () => {
  const config = {
    name: 'd',
    bin_boundaries: [1.5, 3],
    num_bins: null,
    epsilon: 0.01,
    output_mode: 'int',
    sparse: false,
  };
  const nodes = [{ args: [kerasTensor('in')], kwargs: {} }];
  const model = await readKeras(await archive(functional({ class_name: 'Discretization', config }, 'd', nodes), {}));
  expect(await (await model.predict(x)).array()).toEqual([
    [
      [0, 1],
      [2, 2],
    ],
  ]);
});
