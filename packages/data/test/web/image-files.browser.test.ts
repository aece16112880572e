import { cpu } from '@nablajs/backend-cpu';
import { imageFiles } from '@nablajs/data/web';
import { ConfigError, FormatError, setBackend } from '@nablajs/tensor';
import { beforeAll, expect, test } from 'vitest';

beforeAll(async () => setBackend(await cpu()));

async function picture(name: string, colour: string, width = 4, height = 4): Promise<File> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d')!;
  context.fillStyle = colour;
  context.fillRect(0, 0, width, height);
  return new File([await canvas.convertToBlob()], name, { type: 'image/png' });
}

test('pictures a user chose become batches with the classes of their names', async () => {
  const files = [await picture('sky-1.png', '#00f', 9, 3), await picture('fire-1.png', '#f00')];
  const { dataset, classes } = imageFiles(files, {
    size: [2, 2],
    scale: 1,
    fit: 'crop',
    classOf: ({ name }) => name.split('-')[0]!,
  });
  expect(classes).toEqual(['fire', 'sky']);
  for await (const { x, y } of dataset.batch(2)) {
    expect(x.shape).toEqual([2, 2, 2, 3]);
    const values = (await x.array()) as number[][][][];
    expect([values[0]![0]![0], values[1]![1]![1]]).toEqual([
      [1, 0, 0],
      [0, 0, 1],
    ]);
    expect(await y.array()).toEqual([0, 1]);
  }
});

test('a file without a folder, and one that is no picture, are named', async () => {
  const file = await picture('sky.png', '#00f');
  expect(() => imageFiles([file], { size: [2, 2] })).toThrow(ConfigError);
  const broken = new File(['nothing'], 'broken.png', { type: 'image/png' });
  const { dataset } = imageFiles([broken], { size: [2, 2], classOf: () => 'a' });
  const read = async (): Promise<void> => {
    for await (const _ of dataset.batch(1));
  };
  await expect(read()).rejects.toThrow(FormatError);
  await expect(read()).rejects.toThrow(/broken\.png/);
});
