// The augmentation beside a real encoder and decoder.
import { fromData, JPEG, setSeed } from 'nablajs';
import sharp from 'sharp';
import { expect, it } from 'vitest';

const [WIDTH, HEIGHT] = [70, 44];

/** Smooth colours with edges and some noise, as photos have. */
function painted(): Uint8ClampedArray {
  return Uint8ClampedArray.from({ length: HEIGHT * WIDTH * 3 }, (_, i) => {
    const [channel, x, y] = [i % 3, Math.floor(i / 3) % WIDTH, Math.floor(i / 3 / WIDTH)];
    const inside = (x - 30) ** 2 + (y - 20) ** 2 < 150 ? 80 : 0;
    return 110 + 70 * Math.sin(x / 9 + channel) * Math.cos(y / 7) + inside * (1 - channel) + ((i * 7919) % 13);
  });
}

it.each([
  [90, '4:4:4'],
  [50, '4:4:4'],
  [50, '4:2:0'],
  [15, '4:2:0'],
] as const)('quality %d, %s: as libjpeg writes and reads it', async (quality, chromaSubsampling) => {
  const pixels = painted();
  const file = await sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .jpeg({ quality, chromaSubsampling })
    .toBuffer();
  const expected = await sharp(file).raw().toBuffer();
  setSeed(1);
  const layer = new JPEG(quality, { chromaSubsampling });
  const found = await layer
    .apply(fromData(Float32Array.from(pixels), [1, HEIGHT, WIDTH, 3]), { training: true })
    .data();
  const apart = Array.from(expected, (value, i) => Math.abs(value - (found[i] as number)));
  const lost = Array.from(expected, (value, i) => Math.abs(value - pixels[i]!));
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  // Rounding on the way, which the standard leaves to decoders, is worth a level or two; the format loses many times that.
  expect(mean(apart)).toBeLessThan(2);
  expect(mean(apart)).toBeLessThan(mean(lost) / 4);
});
