import { NablaError, type NestedArray, scalar, type Tensor } from '@nablajs/tensor';
import { expect, it } from 'vitest';
import { type Batch, column, Dataset, type MappedBatch } from '../../src/index.ts';

const ten = (): Dataset<Tensor, Tensor> => Dataset.from({ x: new Float32Array(10), y: new Float32Array(10) });

function message(f: () => unknown): string {
  try {
    f();
  } catch (error) {
    expect(error).toBeInstanceOf(NablaError);
    return String(error);
  }
  throw new Error(`nothing was thrown by ${f}`);
}

it('messages read as prose', () => {
  const ragged = [
    [1, 2],
    [3, 4, 5],
  ] as unknown as NestedArray;
  const messages = [
    message(() => Dataset.from({ x: [], y: [] })),
    message(() => Dataset.from({ x: new Float32Array(0) })),
    message(() => Dataset.from({ x: new Float32Array(100), y: new Int32Array(99) })),
    message(() => Dataset.from({ x: { left: [1, 2], right: [1] } })),
    message(() => Dataset.from({ x: [1, 2], sampleWeight: [1] })),
    message(() => Dataset.from({ x: ragged })),
    message(() => Dataset.from({ x: {} })),
    message(() => Dataset.from({ x: scalar(3) })),
    message(() => Dataset.from({ x: 'images' as unknown as number[] })),
    message(() => Dataset.from({ x: [1, 'two'] as unknown as number[] })),
    message(() => Dataset.from({ x: new BigInt64Array(2) as unknown as Int32Array })),
    message(() => column(new Uint8Array(10), [3, 3])),
    message(() => column(new Uint8Array(10), [10], { scale: 1 / 0 })),
    message(() => ten().batch(0)),
    message(() => ten().batch(2.5)),
    message(() => ten().batch(2).batch(3)),
    message(() => ten().batch(16, { dropRemainder: true })),
    message(() => ten().shuffle({ seed: 0.5 })),
    message(() => ten().take(0)),
    message(() => ten().skip(10)),
    message(() => ten().prefetch(-1)),
    message(() => ten().split(1)),
    message(() => ten().split(Number.NaN)),
    message(() => ten().shuffle().split(0.5)),
  ];
  expect(messages.join('\n')).toMatchInlineSnapshot(`
    "ConfigError: Dataset.from: x is empty. Give at least one sample.
    ConfigError: Dataset.from: x is empty. Give at least one sample.
    ShapeError: Dataset.from: x has 100 samples, y has 99. Each needs one row per sample, along the first axis.
    ShapeError: Dataset.from: x.left has 2 samples, x.right has 1. Each needs one row per sample, along the first axis.
    ShapeError: Dataset.from: x has 2 samples, sampleWeight has 1. Each needs one row per sample, along the first axis.
    ShapeError: Dataset.from: x: rows differ: element [1] has 3 entries, the first one has 2. Pad the rows, or make one tensor per length.
    ConfigError: Dataset.from: x is an empty record.
    ShapeError: Dataset.from: x is a single number. Its first axis must count the samples.
    ConfigError: Dataset.from: x is a string. Give nested or typed arrays, tensors, or records of them.
    DTypeError: Dataset.from: x: element [1] is "two", expected a number or boolean.
    ConfigError: Dataset.from: x is a BigInt64Array. Convert it to an Int32Array.
    ShapeError: column: 10 values do not fill [3, 3].
    ConfigError: column: scale and offset must be finite numbers, got Infinity and 0.
    ConfigError: Dataset.batch: size must be a whole number of at least 1, got 0.
    ConfigError: Dataset.batch: size must be a whole number of at least 1, got 2.5.
    ConfigError: Dataset.batch: the data is in batches of 2 already.
    ConfigError: Dataset.batch: dropping what does not fill a batch of 16 leaves nothing of 10 samples. Use smaller batches, or keep the remainder.
    ConfigError: Dataset: a seed must be a whole number, got 0.5.
    ConfigError: Dataset.take: n must be a whole number of at least 1, got 0.
    ConfigError: Dataset.skip: skipping 10 of 10 elements leaves none.
    ConfigError: Dataset.prefetch: ahead must be a whole number of at least 0, got -1.
    ConfigError: Dataset.split: a fraction of 1 of 10 elements leaves one part empty. Use a fraction between 0 and 1 that gives both at least one.
    ConfigError: Dataset.split: a fraction of NaN of 10 elements leaves one part empty. Use a fraction between 0 and 1 that gives both at least one.
    ConfigError: Dataset.split: after shuffle(), every epoch would divide the samples differently. Split first, at random with split(fraction, { seed }), and shuffle the parts."
  `);
});

it('map names what its function did wrong', async () => {
  const failure = async (f: (batch: Batch<Tensor, Tensor>) => unknown): Promise<string> => {
    const mapped = ten()
      .batch(5)
      .map(f as (batch: Batch) => MappedBatch<Tensor, Tensor>);
    try {
      for await (const _ of mapped) break;
    } catch (error) {
      return String(error);
    }
    throw new Error('nothing was thrown');
  };
  const messages = [
    await failure(({ x }) => ({ x: x.slice([0], [3]), y: x })),
    await failure(({ x }) => ({ x: x.sum(), y: x })),
    await failure(({ y }) => ({ y })),
    await failure(({ x }) => ({ x, y: { label: 3 } })),
    await failure(() => undefined),
    await failure(({ x, y }) => [x, y]),
  ];
  expect(messages.join('\n')).toMatchInlineSnapshot(`
    "ShapeError: Dataset.map: the function returned 3 rows of x and 5 of y. Keep the first axis of all tensors equal.
    ShapeError: Dataset.map: the function returned a scalar as x, expected a tensor of rows.
    ShapeError: Dataset.map: the function returned a value of type undefined as x, expected a tensor of rows.
    ShapeError: Dataset.map: the function returned a value of type number as y.label, expected a tensor of rows.
    ConfigError: Dataset.map: the function returned undefined, expected { x, y }: return { ...batch, x: changed }.
    ConfigError: Dataset.map: the function returned a list, expected { x, y }: return { ...batch, x: changed }."
  `);
});
