import { reference } from '@nablajs/backend-reference';
import { ConfigError, fromData, setBackend, tensor } from '@nablajs/tensor';
import { describe, expect, it } from 'vitest';
import { Dataset } from '../../src/index.ts';

setBackend(reference());

function squares(log: number[][] = []): Dataset {
  return Dataset.fromSource({
    length: 5,
    read(indices) {
      log.push([...indices]);
      return { x: fromData(Float32Array.from(indices, (i) => i * i)), y: fromData(Int32Array.from(indices)) };
    },
  }) as unknown as Dataset;
}

async function values(dataset: Dataset): Promise<unknown[]> {
  const seen = [];
  for await (const { x } of dataset) seen.push(await (x as ReturnType<typeof tensor>).array());
  return seen;
}

describe('a data set of a source', () => {
  it('reads each batch at once, and only when it is due', async () => {
    const log: number[][] = [];
    const dataset = squares(log).batch(2);
    expect(log).toEqual([]);
    expect(await values(dataset)).toEqual([[0, 1], [4, 9], [16]]);
    expect(log).toEqual([[0, 1], [2, 3], [4]]);
  });

  it('splits and shuffles by number', async () => {
    const [first, rest] = squares().split(0.6);
    expect(await values(first.batch(5))).toEqual([[0, 1, 4]]);
    expect(await values(rest.batch(5))).toEqual([[9, 16]]);
    const once = ((await values(squares().shuffle({ seed: 3 }).batch(5)))[0] as number[]).sort((a, b) => a - b);
    expect(once).toEqual([0, 1, 4, 9, 16]);
  });

  it('tells its source when epochs begin and end, however they do', async () => {
    const log: string[] = [];
    const dataset = Dataset.fromSource({
      length: 4,
      read(indices) {
        if (indices.includes(3)) throw new Error('no third');
        return { x: fromData(Float32Array.from(indices)), y: undefined };
      },
      open: () => log.push('open'),
      close: () => log.push('close'),
    });
    const samples = dataset.batch(1).prefetch(1);
    samples.epoch(null);
    expect(log).toEqual([]);
    for await (const _ of samples) break;
    for await (const _ of dataset.take(2));
    await expect(values(samples as unknown as Dataset)).rejects.toThrow('no third');
    expect(log).toEqual(['open', 'close', 'open', 'close', 'open', 'close']);
    const [first, rest] = dataset.take(3).split(0.5);
    for await (const _ of first) for await (const _ of rest);
    expect(log.slice(6)).toEqual(['open', 'open', 'close', 'open', 'close', 'close']);
  });

  it('says when the source returns something else than it was asked for', async () => {
    const short = Dataset.fromSource({ length: 4, read: () => ({ x: tensor([1]), y: undefined }) }).batch(2);
    await expect(values(short as unknown as Dataset)).rejects.toThrow(/asked for 2 samples and returned 1/);
    expect(() => Dataset.fromSource({ length: 0, read: () => ({ x: tensor([1]), y: undefined }) })).toThrow(
      ConfigError,
    );
  });
});

describe('a cached data set', () => {
  it('asks its source once', async () => {
    const log: number[][] = [];
    const dataset = squares(log).cache().shuffle({ seed: 1 }).batch(2);
    const [first, second] = [await values(dataset), await values(dataset)];
    expect(log.flat().sort()).toEqual([0, 1, 2, 3, 4]);
    expect((first.flat() as number[]).sort((a, b) => a - b)).toEqual([0, 1, 4, 9, 16]);
    expect((second.flat() as number[]).sort((a, b) => a - b)).toEqual([0, 1, 4, 9, 16]);
  });

  it('tries again what failed', async () => {
    let attempts = 0;
    const dataset = Dataset.fromSource({
      length: 1,
      read() {
        if (attempts++ === 0) throw new Error('the disk is busy');
        return { x: tensor([7]), y: undefined };
      },
    }).cache() as unknown as Dataset;
    await expect(values(dataset)).rejects.toThrow('the disk is busy');
    expect(await values(dataset)).toEqual([[7]]);
  });

  it('comes before shuffling', () => {
    expect(() => squares().shuffle().cache()).toThrow(/Call cache\(\) before shuffle\(\)/);
  });
});
