// Vocabularies and masks of .keras files, laid out as Keras 3 does.
import { reference } from '@nablajs/backend-reference';
import { FormatError, setBackend, tensor } from '@nablajs/tensor';
import { beforeAll, describe, expect, it } from 'vitest';
import { readKeras, readKerasText } from '../src/index.ts';
import { archive, type Stored } from './files.ts';

beforeAll(() => setBackend(reference()));

const layer = (class_name: string, name: string, config: object = {}): object => ({
  class_name,
  config: { name, ...config },
});
const input = (name: string, shape: readonly (number | null)[], dtype: string): object =>
  layer('InputLayer', name, { batch_shape: [null, ...shape], dtype });
const sequential = (...layers: object[]): object => ({ class_name: 'Sequential', config: { name: 's', layers } });
const words: object = {
  max_tokens: 100,
  standardize: 'lower_and_strip_punctuation',
  split: 'whitespace',
  ngrams: null,
  output_mode: 'int',
  output_sequence_length: 3,
  pad_to_max_tokens: false,
  sparse: false,
  ragged: false,
  vocabulary: null,
  idf_weights: null,
  encoding: 'utf-8',
  vocabulary_size: 4,
};
// What the vectors of "", "[UNK]", "new_york" and "cat" are worth.
const table: Stored = { shape: [4, 1], data: [0, 1, 20, 300] };
const embedding = layer('Embedding', 'e', { input_dim: 4, output_dim: 1, mask_zero: false });

describe('vocabularies beside the weights', () => {
  it('come with layers of text, which stand before the model', async () => {
    const config = sequential(
      input('t', [1], 'string'),
      layer('TextVectorization', 'words', words),
      embedding,
      layer('Flatten', 'f'),
    );
    const bytes = await archive(
      config,
      { embedding: [table] },
      {
        'layers/text_vectorization/vocabulary.txt': '\n[UNK]\nnew_york\ncat\n\n',
        'layers/text_vectorization/_lookup_layer/vocabulary.txt': '\n[UNK]\nnew_york\ncat',
      },
    );
    const { model, encoders } = await readKerasText(bytes);
    const { words: encoder } = encoders;
    expect(encoder!.type).toBe('TextVectorization');
    // Punctuation goes: new_york is written newyork here.
    expect(await encoder!.encode(['A Cat!', 'cat cat cat cat']).array()).toEqual([[1, 3, 0], [3, 3, 3]]); // biome-ignore format: a matrix
    expect(await (await model.predict(encoder!.encode(['A Cat!']))).array()).toEqual([[1, 300, 0]]);
    await expect(readKeras(bytes)).rejects.toThrow(/begins with a TextVectorization, "words".*readKerasText/);
  });

  it('words stay as they are written; a graph takes what encoders make under their names', async () => {
    const at = (name: string): object => ({ class_name: '__keras_tensor__', config: { keras_history: [name, 0, 0] } });
    const node = (...args: unknown[]): object[] => [{ args, kwargs: {} }];
    const named = (each: object, inbound_nodes: object[]): object => ({
      ...each,
      name: (each as { config: { name: string } }).config.name,
      inbound_nodes,
    });
    const config = {
      class_name: 'Functional',
      config: {
        name: 'm',
        layers: [
          named(input('text', [2], 'string'), []),
          named(
            layer('StringLookup', 'lookup', {
              invert: false,
              mask_token: '',
              vocabulary: null,
              vocabulary_dtype: 'string',
            }),
            node(at('text')),
          ),
          named(embedding, node(at('lookup'))),
        ],
        input_layers: [['text', 0, 0]],
        output_layers: [['e', 0, 0]],
      },
    };
    const assets = { 'layers/string_lookup/vocabulary.txt': '\n[UNK]\nnew_york\ncat' };
    const { model, encoders } = await readKerasText(await archive(config, { embedding: [table] }, assets));
    expect(model.inputPlaces.names).toEqual(['lookup']);
    const x = encoders['lookup']!.encode(['new_york', 'dog']);
    expect(await (await model.predict(x.reshape([1, 2]))).array()).toEqual([[[20], [1]]]);
  });

  it('of whole numbers are part of the model; those of rare words weigh more', async () => {
    const lookup = layer('IntegerLookup', 'ids', {
      invert: false,
      output_mode: 'tf_idf',
      vocabulary: null,
      num_oov_indices: 1,
    });
    const config = sequential(input('n', [2], 'int64'), lookup);
    const idf: Stored = { shape: [3], data: [0.5, 1, 2] };
    const model = await readKeras(
      await archive(
        config,
        { integer_lookup: { idf_weights: idf } },
        { 'layers/integer_lookup/vocabulary.txt': '-1\n70\n900' },
      ),
    );
    expect(await (await model.predict(tensor([[900, 900], [5, 70]], 'int32'))).array()).toEqual([[0, 0, 4], [0.5, 1, 0]]); // biome-ignore format: a matrix
    const odd = await archive(
      config,
      { integer_lookup: { idf_weights: idf } },
      { 'layers/integer_lookup/vocabulary.txt': '1\nx' },
    );
    await expect(readKeras(odd)).rejects.toThrow(/has "x" in line 2/);
  });

  it('that are missing are missed', async () => {
    const bytes = await archive(sequential(input('t', [1], 'string'), layer('StringLookup', 'lookup')), {});
    await expect(readKerasText(bytes)).rejects.toThrow(FormatError);
    await expect(readKerasText(bytes)).rejects.toThrow(/layer "lookup": .*vocabulary/);
  });
});

describe('masks that Keras 3 writes into calls', () => {
  const at = (name: string): object => ({ class_name: '__keras_tensor__', config: { keras_history: [name, 0, 0] } });
  const call = (args: readonly unknown[], kwargs: object = {}): object[] => [{ args, kwargs }];
  const graph = (number: number): object => {
    const place = (each: object, inbound_nodes: object[]): object => ({
      ...each,
      name: (each as { config: { name: string } }).config.name,
      inbound_nodes,
    });
    const rnn = { units: 1, activation: 'linear', use_bias: false };
    return {
      class_name: 'Functional',
      config: {
        name: 'm',
        layers: [
          place(input('ids', [3], 'int32'), []),
          place(layer('Embedding', 'e', { input_dim: 4, output_dim: 1, mask_zero: true }), call([at('ids')])),
          place(layer('NotEqual', 'not_equal'), call([at('ids'), number])),
          place(
            layer('SimpleRNN', 'sums', { ...rnn, return_sequences: true }),
            call([at('e')], { mask: at('not_equal'), training: false }),
          ),
          place(layer('SimpleRNN', 'last', rnn), call([at('sums')], { mask: at('not_equal') })),
        ],
        input_layers: [['ids', 0, 0]],
        output_layers: [['last', 0, 0]],
      },
    };
  };
  const one: Stored = { shape: [1, 1], data: [1] };
  const arrays = {
    embedding: [{ shape: [4, 1], data: [1000, 1, 20, 300] }],
    'simple_rnn/cell': [one, one],
    'simple_rnn_1/cell': [one, one],
  };

  it('follow from the layers here, too', async () => {
    const model = await readKeras(await archive(graph(0), arrays));
    expect(model.layers.map(({ name }) => name)).toEqual(['e', 'sums', 'last']);
    // Sums 1, 21; the last step is masked: 1 + 21. Unmasked it were thousands.
    expect(await (await model.predict(tensor([[1, 2, 0]], 'int32'))).array()).toEqual([[22]]);
  });

  it('are refused where they come from what is no layer', async () => {
    await expect(readKeras(await archive(graph(2), arrays))).rejects.toThrow(/"not_equal" is a NotEqual/);
  });

  it('hold where they are given', async () => {
    const place = (each: object, inbound_nodes: readonly unknown[]): object => ({
      ...each,
      name: (each as { config: { name: string } }).config.name,
      inbound_nodes,
    });
    const sums = layer('SimpleRNN', 'sums', { units: 1, activation: 'linear', use_bias: false });
    const config = (nodes: readonly unknown[]): object => ({
      class_name: 'Functional',
      config: {
        name: 'm',
        layers: [place(input('x', [3, 1], 'float32'), []), place(input('there', [3], 'bool'), []), place(sums, nodes)],
        input_layers: [['x', 0, 0], ['there', 0, 0]], // biome-ignore format: a list
        output_layers: [['sums', 0, 0]],
      },
    });
    const x = tensor([[[1], [20], [300]]]);
    const there = tensor([[1, 0, 1]]).cast('bool');
    for (const nodes of [call([at('x')], { mask: at('there') }), [[['x', 0, 0, { mask: ['there', 0, 0] }]]]]) {
      const model = await readKeras(await archive(config(nodes), { 'simple_rnn/cell': [one, one] }));
      expect(await (await model.predict([x, there] as never)).array()).toEqual([[301]]);
    }
  });
});
