import { ConfigError, type Tensor } from '@nablajs/tensor';
import { describe, expect, it } from 'vitest';
import { padSequences, slidingWindows } from '../../src/index.ts';

describe('padSequences', () => {
  // The examples of Keras' own documentation of pad_sequences.
  const sequences = [[1], [2, 3], [4, 5, 6]];
  it('fills up and cuts as Keras does', async () => {
    expect(await padSequences(sequences).array()).toEqual([
      [0, 0, 1],
      [0, 2, 3],
      [4, 5, 6],
    ]);
    expect(await padSequences(sequences, { value: -1 }).array()).toEqual([
      [-1, -1, 1],
      [-1, 2, 3],
      [4, 5, 6],
    ]);
    expect(await padSequences(sequences, { padding: 'post' }).array()).toEqual([
      [1, 0, 0],
      [2, 3, 0],
      [4, 5, 6],
    ]);
    expect(await padSequences(sequences, { maxLength: 2 }).array()).toEqual([
      [0, 1],
      [2, 3],
      [5, 6],
    ]);
    expect(await padSequences(sequences, { maxLength: 2, truncating: 'post' }).array()).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
  });
  it('needs sequences', () => expect(() => padSequences([])).toThrow(ConfigError));
});

describe('slidingWindows', () => {
  const read = async (options: Parameters<typeof slidingWindows>[1], features = 1): Promise<unknown[]> => {
    const pairs = [];
    const data = Float32Array.from({ length: 10 }, (_, i) => i);
    for await (const { x, y } of slidingWindows({ data, features }, options).batch(100)) {
      pairs.push(await (x as Tensor).array(), await (y as Tensor).array());
    }
    return pairs;
  };

  it('steps through a series', async () => {
    const [x, y] = (await read({ length: 3 })) as [number[][][], number[][]];
    expect(x.map((sample) => sample.flat())).toEqual([
      [0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 5], [4, 5, 6], [5, 6, 7], [6, 7, 8],
    ]); // biome-ignore format: a table
    expect(y.flat()).toEqual([3, 4, 5, 6, 7, 8, 9]);
  });

  it('skips within and between samples', async () => {
    const [x, y] = (await read({ length: 2, rate: 3, stride: 2, horizon: 2 })) as [number[][][], number[][]];
    expect(x.map((sample) => sample.flat())).toEqual([
      [0, 3],
      [2, 5],
      [4, 7],
    ]);
    expect(y.flat()).toEqual([5, 7, 9]);
  });

  it('keeps the features of a step together', async () => {
    const [x, y] = (await read({ length: 2 }, 2)) as [number[][][], number[][]];
    expect(x[0]).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(y[0]).toEqual([4, 5]);
    expect(x.length).toBe(3);
  });

  it('says when the series is too short', () => {
    expect(() => slidingWindows({ data: new Float32Array(3) }, { length: 3 })).toThrow(/span 4 steps; .* has 3/);
  });
});
