import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { expect, it } from 'vitest';

/** A record of the lesson's file: one plain colour per class. */
async function record(label: number): Promise<Buffer> {
  const background = label === 0 ? '#c02020' : '#2040c0';
  const jpeg = await sharp({ create: { width: 32, height: 32, channels: 3, background } })
    .jpeg()
    .toBuffer();
  const head = Buffer.alloc(3);
  head.writeUInt8(label);
  head.writeUInt16LE(jpeg.length, 1);
  return Buffer.concat([head, jpeg]);
}

it('tells two colours apart', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nabla-cifar10-'));
  const { argv } = process;
  try {
    const file = join(folder, 'colours.bin.gz');
    const records = await Promise.all(Array.from({ length: 48 }, (_, i) => record(i % 2)));
    await writeFile(file, gzipSync(Buffer.concat(records)));
    const options = { held: 16, epochs: 6, batch: 8, width: 2, threads: 1 };
    process.argv = [...argv.slice(0, 2), file, ...Object.entries(options).map(([name, value]) => `--${name}=${value}`)];
    const { accuracies } = (await import('../main.mjs' as string)) as { accuracies: number[] };
    expect(accuracies).toHaveLength(6);
    expect(accuracies.at(-1)).toBe(1);
  } finally {
    process.argv = argv;
    await rm(folder, { recursive: true });
  }
});
