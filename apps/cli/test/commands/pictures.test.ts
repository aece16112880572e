import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { nabla, temporaryFolder } from '../session.ts';

let folder: string;
let photos: string;

/** A picture of one colour that grows brighter to the right, opaque, as bytes. */
function painted(colour: readonly [number, number, number], width: number, height: number): Buffer {
  const data = Buffer.alloc(width * height * 4, 255);
  for (let i = 0; i < width * height; i++)
    for (let c = 0; c < 3; c++) data[4 * i + c] = colour[c]! * (0.6 + (0.4 * (i % width)) / width);
  return data;
}

/** Pictures whose class is their colour: PNG and JPEG files of several sizes. */
async function write(
  into: string,
  name: string,
  colour: readonly [number, number, number],
  count: number,
): Promise<void> {
  await mkdir(join(into, name), { recursive: true });
  for (let i = 0; i < count; i++) {
    const [width, height] = [10 + i, 20 - i];
    const data = painted(colour, width, height);
    const png = PNG.sync.write(Object.assign(new PNG({ width, height }), { data }));
    if (i % 2 === 0) await writeFile(join(into, name, `${i}.png`), png);
    else await writeFile(join(into, name, `${i}.JPG`), jpeg.encode({ data, width, height }, 90).data);
  }
}

beforeAll(async () => {
  folder = await temporaryFolder();
  photos = join(folder, 'photos');
  await write(photos, 'sea', [20, 60, 230], 10);
  await write(photos, 'fire', [240, 60, 20], 10);
  await mkdir(join(photos, 'notes'));
  await writeFile(join(photos, 'readme.txt'), 'no picture');
});

const train = (...more: string[]) => nabla(['train', ...more, '--size', '8', '--model', 'mlp', '--backend', 'cpu']);

describe('nabla on folders of pictures', () => {
  it('learns the names of the folders, tests, and predicts', async () => {
    const out = join(folder, 'out');
    const trained = await train('--data', photos, '--epochs', '12', '--out', out);
    expect([trained.code, trained.err]).toEqual([0, '']);
    expect(trained.out).toMatch(
      /^Reading 20 pictures\nTraining mlp \([\d,]+ parameters\) on photos: 16 images, 12 epochs/,
    );
    expect(trained.out).toMatch(/^epoch {2}1\/12 .*\n(epoch .*\n)*epoch 12\/12 /m);
    expect(trained.out).toContain('photos, 4 test images: 100.00 % right');
    expect(await readdir(out)).toContain('classes.json');
    expect(JSON.parse(await readFile(join(out, 'classes.json'), 'utf8'))).toEqual(['fire', 'sea']);

    const model = join(out, 'model.safetensors');
    const tested = await nabla(['evaluate', model, photos, '--backend', 'cpu', '--json']);
    expect(JSON.parse(tested.out)).toMatchObject({ event: 'result', dataset: 'photos', images: 20, accuracy: 1 });
    const predicted = await nabla(['predict', model, join(photos, 'sea', '1.JPG'), '--backend', 'cpu', '--quiet']);
    expect(predicted.out).toMatch(/^sea \(/);
  });

  it('takes folders train and test as they are', async () => {
    const parted = join(folder, 'parted');
    for (const [part, count] of [
      ['train', 4],
      ['test', 3],
    ] as const) {
      await write(join(parted, part), 'sea', [20, 60, 230], count);
      await write(join(parted, part), 'fire', [240, 60, 20], count);
    }
    const { code, out } = await train(`${parted}/`, '--epochs', '1', '--out', join(folder, 'of-parts'));
    expect([code, out]).toEqual([0, expect.stringMatching(/on parted: 8 images[\s\S]*^parted, 6 test images: /m)]);
  });

  it('says what is missing', async () => {
    const oneClass = await train('--data', join(folder, 'parted', 'train', 'sea'));
    expect([oneClass.code, oneClass.err]).toEqual([
      1,
      expect.stringContaining('holds no folders of pictures. Put the'),
    ]);
    const targeted = await train('--data', photos, '--target', 'sea');
    expect([targeted.code, targeted.err]).toEqual([2, expect.stringContaining('--target is for tables')]);

    const broken = join(folder, 'broken');
    await write(broken, 'sea', [20, 60, 230], 2);
    await write(broken, 'fire', [240, 60, 20], 2);
    await writeFile(join(broken, 'sea', '3.png'), 'not a picture');
    expect((await train('--data', broken)).err).toMatch(/3\.png: is neither a PNG nor a JPEG image/);

    const out = join(folder, 'out');
    await rename(join(out, 'classes.json'), join(out, 'away.json'));
    const nameless = await nabla(['evaluate', join(out, 'model.safetensors'), photos, '--backend', 'cpu']);
    expect([nameless.code, nameless.err]).toEqual([1, expect.stringContaining('no classes.json beside the model')]);
  });
});

it('help fits into 80 columns', async () => {
  for (const command of [
    [],
    ['train'],
    ['evaluate'],
    ['predict'],
    ['summary'],
    ['export'],
    ['import'],
    ['backends'],
    ['new'],
  ]) {
    const { out } = await nabla([...command, '--help']);
    const options = out.split('\n\nExamples:')[0]!;
    expect(options.split('\n').filter((line) => line.length > 80)).toEqual([]);
  }
});
