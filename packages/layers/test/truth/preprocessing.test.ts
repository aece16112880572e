// Tables on their way to numbers: statistics, bins and categories by hand.
import { fromData, type NestedArray, ones, tensor, zeros } from '@nablajs/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  builtinLayers,
  CategoryEncoding,
  Dense,
  Discretization,
  Input,
  IntegerLookup,
  type LayerJSON,
  layerFromJSON,
  Normalization,
} from '../../src/index.ts';
import { onReference } from '../kit.ts';
import { expectValues, waves } from './close.ts';

onReference();

const whole = (values: NestedArray) => tensor(values, 'int32');

describe('Normalization', () => {
  test('with given statistics, and back', async () => {
    const x = tensor([
      [1, 10],
      [3, 20],
    ]);
    const given = { mean: [1, 15], variance: [4, 25] };
    await expectValues(new Normalization({ ...given }).apply(x), [0, -1, 1, 1]);
    await expectValues(new Normalization({ ...given, invert: true }).apply(tensor([[0, -1]])), [1, 10]);
    await expectValues(new Normalization({ axis: null, mean: 2, variance: 4 }).apply(x), [-0.5, 4, 0.5, 9]);
    // Whole numbers become floats, and a variance of 0 divides by something.
    await expectValues(new Normalization({ axis: null, mean: 1, variance: 0 }).apply(whole([1, 1])), [0, 0]);
  });

  test('adapts to data at once or in batches, in float64', async () => {
    // Far from 0, where the mean of squares minus the square of the mean would fail in float32.
    const rows = Array.from({ length: 50 }, (_, i) => [4000 + Math.sin(i), Math.cos(3 * i), i]);
    const at = (column: number): number[] => rows.map((row) => Math.fround(row[column]!));
    const mean = [0, 1, 2].map((c) => at(c).reduce((a, b) => a + b) / 50);
    const variance = mean.map((m, c) => at(c).reduce((sum, x) => sum + (x - m) ** 2, 0) / 50);
    const batches = [rows.slice(0, 7), rows.slice(7, 8), rows.slice(8)].map((part) => tensor(part));
    async function* passing() {
      for (const x of batches) yield { x };
    }
    for (const data of [tensor(rows), rows, batches, passing()]) {
      const layer = new Normalization();
      await layer.adapt(data);
      await expectValues(layer.weights[0]!.value, mean, 1e-6);
      await expectValues(layer.weights[1]!.value, variance, 1e-6);
      expect(await layer.weights[2]!.value.item()).toBe(50);
      await expectValues(
        layer.apply(tensor([rows[3]!])),
        rows[3]!.map((x, c) => (Math.fround(x) - Math.fround(mean[c]!)) / Math.sqrt(variance[c]!)),
        1e-3,
      );
    }
  });

  test('keeps statistics of several axes, or of none', async () => {
    const data = waves(2 * 3 * 4);
    const x = fromData(data, [2, 3, 4]);
    const layer = new Normalization([1, -1]);
    await layer.adapt(x);
    const pairs = Array.from({ length: 12 }, (_, i) => [data[i]!, data[12 + i]!] as const);
    await expectValues(
      layer.weights[0]!.value,
      pairs.map(([a, b]) => (a + b) / 2),
    );
    await expectValues(
      layer.weights[1]!.value,
      pairs.map(([a, b]) => ((a - b) / 2) ** 2),
    );
    const all = new Normalization(null);
    await all.adapt(x);
    const mean = data.reduce((a, b) => a + b, 0) / 24;
    await expectValues(all.weights[0]!.value, [mean]);
    expect(all.weights.map(({ name }) => name)).toEqual(['mean', 'variance', 'count'].map((n) => `normalization/${n}`));
  });

  test('refuses what does not fit', async () => {
    expect(() => new Normalization({ mean: 1 })).toThrow(/mean and variance together/);
    await expect(new Normalization({ mean: 1, variance: 1 }).adapt([[1]])).rejects.toThrow(/nothing to adapt/);
    await expect(new Normalization().adapt([] as never)).rejects.toThrow(/no data|does not fit/);
    expect(() => new Normalization(2).apply(ones([2, 2]))).toThrow(/axis 2 does not fit/);
    expect(() => new Normalization({ mean: [1, 2], variance: [1, 1] }).apply(ones([2, 3]))).toThrow(/statistics \[2\]/);
    const layer = new Normalization();
    await layer.adapt([[1, 2]]);
    await expect(layer.adapt([[1, 2, 3]])).rejects.toThrow();
  });
});

describe('Discretization', () => {
  test('puts numbers into bins as numpy.digitize does', async () => {
    const layer = new Discretization([-1, 0, 2.5]);
    const x = tensor([-2, -1, -0.5, 0, 2.4, 2.5, 9, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    expect(await layer.apply(x).array()).toEqual([0, 1, 1, 2, 2, 3, 3, 3, 3, 0]);
    expect(layer.apply(x).dtype).toBe('int32');
    expect(await new Discretization([]).apply(tensor([1, 2])).array()).toEqual([0, 0]);
  });

  test('any boundaries: the bin is how many boundaries are not above', async () => {
    const numbers = fc.array(fc.float({ noNaN: true, min: -50, max: 50 }), { minLength: 1, maxLength: 9 });
    await fc.assert(
      fc.asyncProperty(numbers, numbers, async (ends, values) => {
        const boundaries = [...ends].sort((a, b) => a - b);
        const found = await new Discretization(boundaries).apply(tensor(values)).array();
        expect(found).toEqual(values.map((x) => boundaries.filter((end) => end <= x).length));
      }),
      { numRuns: 30 },
    );
  });

  test('adapts: bins are equally full', async () => {
    const layer = new Discretization({ numBins: 4 });
    await layer.adapt([5, 1, 3, 2, 4, 8, 7, 6]);
    // A quarter of eight values lies at or below the second one, and so on.
    expect(layer.config.binBoundaries).toEqual([2, 4, 6]);
    const odd = new Discretization({ numBins: 2, outputMode: 'oneHot' });
    await odd.adapt([tensor([[1], [2]]), tensor([[10]])]);
    expect(odd.config.binBoundaries).toEqual([1.5]);
    expect(await odd.apply(tensor([[1], [2]])).array()).toEqual([
      [1, 0],
      [0, 1],
    ]);
    const copy = layerFromJSON<Discretization>(odd.toJSON(), builtinLayers);
    expect(copy.config).toEqual(odd.config);
    expect(await copy.apply(tensor([[1], [2]])).array()).toEqual(await odd.apply(tensor([[1], [2]])).array());
    await expect(odd.adapt([1, 2])).rejects.toThrow(/adapt must come before/);
  });

  test('refuses what does not fit', async () => {
    expect(() => new Discretization({})).toThrow(/give binBoundaries, or numBins/);
    expect(() => new Discretization([1, 0])).toThrow(/that rise/);
    expect(() => new Discretization({ numBins: 3 }).apply(ones([2]))).toThrow(/no boundaries yet/);
    await expect(new Discretization([0]).adapt([1])).rejects.toThrow(/nothing to adapt/);
  });
});

describe('CategoryEncoding', () => {
  test('one vector for each, for all, or counts', async () => {
    const x = whole([
      [0, 1],
      [0, 0],
      [3, 9],
    ]);
    expect(await new CategoryEncoding(4).apply(x).array()).toEqual([
      [1, 1, 0, 0],
      [1, 0, 0, 0],
      [0, 0, 0, 1],
    ]);
    expect(await new CategoryEncoding(4, { outputMode: 'count' }).apply(x).array()).toEqual([
      [1, 1, 0, 0],
      [2, 0, 0, 0],
      [0, 0, 0, 1],
    ]);
    const weights = tensor([
      [0.5, 2],
      [1, 0.25],
      [3, 1],
    ]);
    expect(await new CategoryEncoding(4, { outputMode: 'count' }).apply([x, weights]).array()).toEqual([
      [0.5, 2, 0, 0],
      [1.25, 0, 0, 0],
      [0, 0, 0, 3],
    ]);
    const oneHot = new CategoryEncoding(3, { outputMode: 'oneHot' });
    expect(await oneHot.apply(whole([[2], [0]])).array()).toEqual([
      [0, 0, 1],
      [1, 0, 0],
    ]);
    expect(oneHot.apply(zeros([2, 2], 'int32')).shape).toEqual([2, 2, 3]);
    expect(() => new CategoryEncoding(4).apply([x, weights])).toThrow(/with outputMode 'count'/);
  });
});

describe('IntegerLookup', () => {
  const vocabulary = [12, -36, 1138, 42];

  test('finds places, as the documentation of Keras has it', async () => {
    const layer = new IntegerLookup({ vocabulary });
    const x = whole([
      [12, 1138, 42],
      [42, 1000, -36],
    ]);
    expect(await layer.apply(x).array()).toEqual([
      [1, 3, 4],
      [4, 0, 2],
    ]);
    expect(layer.getVocabulary()).toEqual([-1, 12, -36, 1138, 42]);
    expect(
      await new IntegerLookup({ vocabulary: layer.getVocabulary(), invert: true })
        .apply(whole([1, 3, 4, 0, 9]))
        .array(),
    ).toEqual([12, 1138, 42, -1, -1]);
    const several = new IntegerLookup({ vocabulary, numOovIndices: 2, maskToken: 0 });
    // 37 and 1000 share the two places of unknown numbers: 1 + 37 mod 2, 1 + 1000 mod 2.
    expect(await several.apply(whole([37, 1000, 12, 0, 42])).array()).toEqual([2, 1, 3, 0, 6]);
    expect(await new IntegerLookup({ vocabulary, numOovIndices: 0 }).apply(whole([7, 42])).array()).toEqual([-1, 3]);
    const hot = new IntegerLookup({ vocabulary, outputMode: 'multiHot', maskToken: 0 });
    expect(await hot.apply(whole([[0, 12, 42, 7]])).array()).toEqual([[1, 1, 0, 0, 1]]);
    const weighed = new IntegerLookup({ vocabulary: [5, 6], outputMode: 'tfIdf', idfWeights: [1, 3] });
    expect(await weighed.apply(whole([[5, 5, 6, 9]])).array()).toEqual([[2, 2, 3]]);
  });

  test('any vocabulary: the place of a number is where it stands', async () => {
    const numbers = fc.uniqueArray(fc.integer({ min: -2_000_000_000, max: 2_000_000_000 }), {
      minLength: 1,
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(numbers, fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 4 }), async (words, others) => {
        const asked = [...words, ...others];
        const found = await new IntegerLookup({ vocabulary: words }).apply(whole(asked)).array();
        expect(found).toEqual(asked.map((number) => words.indexOf(number) + 1));
      }),
      { numRuns: 15 },
    );
  });

  test('adapts: the most frequent first, among equals the largest', async () => {
    const data = [
      [12, 1138, 42],
      [42, 1000, -36],
    ];
    const layer = new IntegerLookup();
    await layer.adapt(data);
    expect(layer.getVocabulary()).toEqual([-1, 42, 1138, 1000, 12, -36]);
    expect(layer.getVocabulary(false)).toEqual([42, 1138, 1000, 12, -36]);
    const short = new IntegerLookup(3);
    await short.adapt([whole(data), whole([[12, 42]])]);
    expect(short.getVocabulary()).toEqual([-1, 42, 12]);
    const copy = layerFromJSON<IntegerLookup>(JSON.parse(JSON.stringify(short.toJSON())) as LayerJSON, builtinLayers);
    expect(await copy.apply(whole([12, 5])).array()).toEqual([2, 0]);
    await expect(copy.adapt(data)).rejects.toThrow(/nothing to adapt/);
    const rare = new IntegerLookup({ outputMode: 'tfIdf' });
    await rare.adapt(data);
    // Two documents: 42 is in both, the others in one.
    const [both, one] = [Math.log(1 + 2 / 3), Math.log(1 + 2 / 2)];
    await expectValues(rare.apply(whole([[42, 12, 12, 7]])), [(both + 4 * one) / 5, both, 0, 0, 2 * one, 0]);
  });

  test('refuses what does not fit', () => {
    expect(() => new IntegerLookup().apply(whole([1]))).toThrow(/no vocabulary yet/);
    expect(() => new IntegerLookup({ vocabulary: [1, 1] })).toThrow(/1 more than once/);
    expect(() => new IntegerLookup({ vocabulary: [1, 0], maskToken: 0 })).toThrow(/has the mask token 0/);
    expect(() => new IntegerLookup(2, { vocabulary })).toThrow(/takes 5 places, maxTokens is 2/);
    expect(() => new IntegerLookup({ vocabulary, outputMode: 'tfIdf' })).toThrow(/needs idfWeights/);
    expect(() => new IntegerLookup({ vocabulary, invert: true, outputMode: 'count' })).toThrow(/invert needs/);
  });

  test('goes into a model', () => {
    const x = Input({ shape: [3], dtype: 'int32' });
    const y = new Dense(2).apply(new IntegerLookup({ vocabulary, outputMode: 'multiHot' }).apply(x));
    expect(y.spec.shape).toEqual([1, 2]);
  });
});
