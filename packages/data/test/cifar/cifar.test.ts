import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FormatError } from '@nablajs/tensor';
import { describe, expect, it } from 'vitest';
import { parseCifar } from '../../src/index.ts';
import { readCifar } from '../../src/node.ts';

/** An image whose red plane counts up, whose green one is 100 and whose blue one is 200. */
function record(...labels: number[]): number[] {
  const planes = [0, 100, 200].map((base) => Array.from({ length: 1024 }, (_, i) => (base === 0 ? i % 256 : base)));
  return [...labels, ...planes.flat()];
}

describe('parseCifar', () => {
  it('brings planes of colours into pixels', () => {
    const { images, labels, shape } = parseCifar(Uint8Array.from([...record(3), ...record(9)]));
    expect(shape).toEqual([2, 32, 32, 3]);
    expect([...labels]).toEqual([3, 9]);
    expect([...images.slice(3 * 5, 3 * 5 + 3)]).toEqual([5, 100, 200]);
    expect([...images.slice(3 * 1024, 3 * 1024 + 3)]).toEqual([0, 100, 200]);
  });

  it('reads both labels of CIFAR-100', () => {
    const { labels, coarseLabels } = parseCifar(Uint8Array.from(record(4, 77)), 2);
    expect([[...labels], [...coarseLabels!]]).toEqual([[77], [4]]);
  });

  it('refuses other files', () => {
    expect(() => parseCifar(new Uint8Array(3000), 1, 'x.bin')).toThrow(/x\.bin: 3000 bytes are no whole number/);
    expect(() => parseCifar(Uint8Array.from(record(10)))).toThrow(/image 0 has class 10/);
  });
});

describe('readCifar', () => {
  it('reads a folder, and names the file that is missing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cifar-'));
    try {
      await writeFile(join(folder, 'test_batch.bin'), Uint8Array.from(record(1)));
      await expect(readCifar(folder)).rejects.toThrow(/holds no data_batch_1\.bin/);
      for (const i of [1, 2, 3, 4, 5]) await writeFile(join(folder, `data_batch_${i}.bin`), Uint8Array.from(record(i)));
      const { train, test } = await readCifar(folder);
      expect([[...train.labels], [...test.labels]]).toEqual([[1, 2, 3, 4, 5], [1]]);
      await expect(readCifar(join(folder, 'nowhere'))).rejects.toThrow(FormatError);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
