import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';

it('draws a gallery with a tile for each augmentation', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nabla-gallery-'));
  const { argv } = process;
  try {
    const [photo, gallery] = [join(folder, 'photo.png'), join(folder, 'gallery.png')];
    await sharp({ create: { width: 60, height: 40, channels: 3, background: '#3070c0' } }).toFile(photo);
    process.argv = [...argv.slice(0, 2), photo, gallery, '30'];
    await import('../main.mjs' as string);
    expect(await sharp(gallery).metadata()).toMatchObject({ width: 290, height: 394 });
  } finally {
    process.argv = argv;
    await rm(folder, { recursive: true });
  }
});
