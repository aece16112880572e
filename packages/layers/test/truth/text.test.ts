// Text on its way to numbers: by hand, and as the documentation of Keras has it.
import { tensor } from '@nablajs/tensor';
import { describe, expect, test } from 'vitest';
import {
  builtinLayers,
  Input,
  type LayerJSON,
  layerFromJSON,
  StringLookup,
  TextVectorization,
} from '../../src/index.ts';
import { onReference } from '../kit.ts';
import { expectValues } from './close.ts';

onReference();

const vocabulary = ['a', 'b', 'c', 'd'];
const data = [
  ['a', 'c', 'd'],
  ['d', 'z', 'b'],
];
const written = <T>(layer: { toJSON(): LayerJSON }): T =>
  layerFromJSON(JSON.parse(JSON.stringify(layer.toJSON())) as LayerJSON, builtinLayers) as T;

describe('StringLookup', () => {
  test('finds places, and words at places', async () => {
    const layer = new StringLookup({ vocabulary });
    const places = layer.encode(data);
    expect(places.dtype).toBe('int32');
    expect(await places.array()).toEqual([
      [1, 3, 4],
      [4, 0, 2],
    ]);
    expect(await layer.decode(places)).toEqual([
      ['a', 'c', 'd'],
      ['d', '[UNK]', 'b'],
    ]);
    expect(await layer.decode([3, 99])).toEqual(['c', '[UNK]']);
    expect(await layer.encode('b').array()).toBe(2);
    expect(layer.getVocabulary()).toEqual(['[UNK]', 'a', 'b', 'c', 'd']);
    expect(await new StringLookup({ vocabulary: layer.getVocabulary() }).encode(data).array()).toEqual(
      await places.array(),
    );
  });

  test('several places for unknown words, by their hash', async () => {
    // FarmHash64 mod 2: 0 of 'omar', 1 of 'marlo', see the tests of Hashing.
    const layer = new StringLookup({ vocabulary, numOovIndices: 2 });
    expect(await layer.encode(['omar', 'marlo', 'a']).array()).toEqual([0, 1, 2]);
    const salted = new StringLookup({ vocabulary, numOovIndices: 2, maskToken: '', salt: [133, 137] });
    expect(await salted.encode(['', 'omar', 'stringer', 'a']).array()).toEqual([0, 1, 2, 3]);
    const none = new StringLookup({ vocabulary, numOovIndices: 0 });
    expect(await none.encode(['a', 'd']).array()).toEqual([0, 3]);
    expect(() => none.encode(['z'])).toThrow(/"z" is not in the vocabulary/);
  });

  test('vectors, counts and weights', async () => {
    const modes = async (outputMode: 'oneHot' | 'multiHot' | 'count') =>
      new StringLookup({ vocabulary, outputMode }).encode([['d', 'd', 'z']]).array();
    expect(await modes('multiHot')).toEqual([[1, 0, 0, 0, 1]]);
    expect(await modes('count')).toEqual([[1, 0, 0, 0, 2]]);
    expect(await new StringLookup({ vocabulary, outputMode: 'oneHot' }).encode([['b'], ['z']]).array()).toEqual([
      [0, 0, 1, 0, 0],
      [1, 0, 0, 0, 0],
    ]);
    const idf = new StringLookup({ vocabulary, outputMode: 'tfIdf', idfWeights: [0.25, 0.75, 0.6, 0.4] });
    await expectValues(idf.encode(data), [0, 0.25, 0, 0.6, 0.4, 0.5, 0, 0.75, 0, 0.4]);
  });

  test('adapts: the most frequent first, among equals the last in order', async () => {
    const layer = new StringLookup();
    await layer.adapt(data);
    expect(layer.getVocabulary()).toEqual(['[UNK]', 'd', 'z', 'c', 'b', 'a']);
    const copy = written<StringLookup>(layer);
    expect(await copy.encode(['d', 'a', '?']).array()).toEqual([1, 5, 0]);
    await expect(copy.adapt(data)).rejects.toThrow(/nothing to adapt/);
    async function* passing() {
      yield 'x';
      yield ['y', 'x'];
    }
    await layer.adapt(passing());
    expect(layer.getVocabulary()).toEqual(['[UNK]', 'x', 'y']);
    expect(await layer.encode('y').array()).toBe(2);
  });

  test('has no place in models, and says what to do', () => {
    const layer = new StringLookup({ vocabulary });
    expect(() => layer.apply(tensor([1]))).toThrow(
      /cannot be part of a model.*StringLookup\.encode\(values\).*dataset\.map/,
    );
    expect(() => layer.apply(Input({ shape: [3] }))).toThrow(/"string_lookup" \(StringLookup\)/);
    expect(() => new StringLookup().encode('a')).toThrow(/no vocabulary yet/);
    expect(() => layer.encode([['a'], ['b', 'c']])).toThrow(/same length/);
    expect(() => new StringLookup({ vocabulary: ['a', 'a'] })).toThrow(/"a" more than once/);
  });
});

describe('TextVectorization', () => {
  test('makes alike, splits, looks up and fills', async () => {
    const layer = new TextVectorization({ vocabulary: ['earth', 'wind', 'and', 'fire'], outputSequenceLength: 4 });
    expect(await layer.encode(['  Earth, wind;\n', 'and fire and water and', '']).array()).toEqual([
      [2, 3, 0, 0],
      [4, 5, 4, 1],
      [0, 0, 0, 0],
    ]);
    expect(layer.getVocabulary()).toEqual(['', '[UNK]', 'earth', 'wind', 'and', 'fire']);
    expect(await layer.decode([[2, 1, 0]])).toEqual([['earth', '[UNK]', '']]);
    const free = new TextVectorization({ vocabulary: ['ÄPFEL', 'a'], standardize: 'stripPunctuation' });
    expect(await free.encode(['ÄPFEL! a']).array()).toEqual([[2, 3]]);
    expect(await free.encode('(a)').array()).toEqual([3]);
  });

  test('adapts, also to characters, n-grams and weights, and is saved', async () => {
    const layer = new TextVectorization({ maxTokens: 5 });
    await layer.adapt(['The cat.', 'the dog', 'THE CAT and the dog and I']);
    expect(layer.getVocabulary()).toEqual(['', '[UNK]', 'the', 'dog', 'cat']);
    expect(await written<TextVectorization>(layer).encode(['A cat, the DOG']).array()).toEqual([[1, 4, 2, 3]]);
    await layer.adapt(['other words']);
    expect(layer.getVocabulary(false)).toEqual(['words', 'other']);

    const letters = new TextVectorization({ split: 'character', standardize: null });
    await letters.adapt(['aab']);
    expect(await letters.encode(['bax']).array()).toEqual([[3, 2, 1]]);

    const grams = new TextVectorization({ ngrams: 2, outputMode: 'count' });
    await grams.adapt(['a b a', 'a b']);
    // a: 3 times, b and 'a b': twice, 'b a': once.
    expect(grams.getVocabulary()).toEqual(['[UNK]', 'a', 'b', 'a b', 'b a']);
    // 'c' and 'a c' are unknown.
    expect(await grams.encode(['b a c']).array()).toEqual([[2, 1, 1, 0, 1]]);

    const weighed = new TextVectorization({ outputMode: 'tfIdf' });
    await weighed.adapt(['x y', 'x x']);
    const [x, y] = [Math.log(1 + 2 / 3), Math.log(1 + 2 / 2)];
    await expectValues(weighed.encode(['x y y ?!']), [0, x, 2 * y]);
    await expectValues(written<TextVectorization>(weighed).encode(['z']), [(x + y) / 2, 0, 0]);
  });

  test('functions of yours work, but cannot be saved', async () => {
    const layer = new TextVectorization({ vocabulary: ['b'], split: (text) => text.split('-'), standardize: null });
    expect(await layer.encode(['a-b']).array()).toEqual([[1, 2]]);
    expect(() => layer.toJSON()).toThrow(/split is a function/);
    expect(() => new TextVectorization({ outputMode: 'count', outputSequenceLength: 3 })).toThrow(
      /goes with outputMode/,
    );
    await expect(layer.adapt(['a'])).rejects.toThrow(/TextVectorization: the vocabulary was given/);
    expect(() => new TextVectorization().encode(['a'])).toThrow(/no vocabulary yet/);
  });
});
