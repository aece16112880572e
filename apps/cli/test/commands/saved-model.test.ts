import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reference } from '@nablajs/backend-reference';
import { setBackend } from '@nablajs/tensor';
import { PNG } from 'pngjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { cornersFolder, nabla, temporaryFolder } from '../session.ts';

let folder: string;
let data: string;
let model: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  data = await cornersFolder(folder);
  const out = join(folder, 'run');
  const words = ['train', 'mnist', '--data', data, '--model', 'mlp', '--batch-size', '8', '--epochs', '3'];
  const { err } = await nabla([...words, '--backend', 'reference', '--out', out, '--quiet']);
  if (err !== '') throw new Error(err);
  model = join(out, 'model.safetensors');
  // What draws the curves is loaded first.
}, 60_000);

const onReference = (...words: string[]) => nabla([...words, '--backend', 'reference']);

/** A picture four times as large as the model's input, with one corner painted. */
async function picture(name: string, paint: (x: number, y: number) => number): Promise<string> {
  const png = new PNG({ width: 32, height: 32 });
  for (let y = 0; y < 32; y++) {
    for (let x = 0; x < 32; x++) png.data.set([paint(x, y), paint(x, y), paint(x, y), 255], 4 * (32 * y + x));
  }
  const path = join(folder, name);
  await writeFile(path, PNG.sync.write(png));
  return path;
}

describe('nabla evaluate', () => {
  it('repeats what training found', async () => {
    const { code, out, err } = await onReference('evaluate', model, 'mnist', '--data', data, '--json');
    expect([code, err]).toEqual([0, '']);
    const result = JSON.parse(out);
    const record = JSON.parse(await readFile(join(folder, 'run', 'history.json'), 'utf8'));
    expect(result).toMatchObject({ event: 'result', images: 16, accuracy: record.test.accuracy });
    expect(result.confusion).toEqual(record.test.confusion);
    const shown = await onReference('evaluate', model, 'mnist', '--data', data);
    expect(shown.out).toMatch(/^class {2}precision {2}recall {6}F1 {2}images$/m);
  });

  it('refuses files that are no models', async () => {
    const path = join(folder, 'noise.safetensors');
    await writeFile(path, 'not a model at all');
    const { code, err } = await onReference('evaluate', path, 'mnist', '--data', data);
    expect(code).toBe(1);
    expect(err.trim()).toMatch(/^FormatError: /);
    expect((await onReference('evaluate', join(folder, 'none'), 'mnist')).code).toBe(1);
  });
});

describe('nabla predict', () => {
  it('recognises a row of an IDX file and of the test data', async () => {
    for (const row of [0, 1, 2, 3]) {
      const source = `${join(data, 't10k-images-idx3-ubyte')}#${row}`;
      const { code, out, err } = await onReference('predict', model, source, '--json');
      expect([code, err]).toEqual([0, '']);
      const { predictions } = JSON.parse(out);
      expect(predictions).toHaveLength(3);
      expect(predictions[0].class).toBe(String(row));
      expect(predictions[0].probability).toBeGreaterThan(predictions[1].probability);
    }
    const { out } = await onReference('predict', model, 'mnist#6', '--data', data);
    expect(out).toContain('Right: it is 2.');
    expect(out).toMatch(/^2 {2}█+.* \d+\.\d %$/m);
  });

  it('fits a picture to the model, and inverts it', async () => {
    const path = await picture('bright.png', (x, y) => (x >= 16 && y < 16 ? 230 : 10));
    const { code, out } = await onReference('predict', model, path, '--top', '1', '--quiet');
    expect([code, out.slice(0, 3)]).toEqual([0, '1 (']);
    const dark = await picture('dark.png', (x, y) => (x < 16 && y >= 16 ? 20 : 250));
    const inverted = await onReference('predict', model, dark, '--invert');
    expect(inverted.out).toMatch(/^2 {2}█/m);
    expect(inverted.out).not.toContain('--invert');
    expect((await onReference('predict', model, dark)).out).toContain('The background is bright.');
  });

  it('names classes', async () => {
    const source = `${join(data, 't10k-images-idx3-ubyte')}#0`;
    const named = await onReference('predict', model, source, '--classes', 'fashion-mnist');
    expect(named.out).toContain('T-shirt');
    const { code, err } = await onReference('predict', model, source, '--classes', 'a,b');
    expect(code).toBe(2);
    expect(err).toContain('--classes names 2 classes, but the model tells 10 apart.');
  });

  it('says which image is not there', async () => {
    const beyond = await onReference('predict', model, `${join(data, 't10k-images-idx3-ubyte')}#16`);
    expect([beyond.code, beyond.err]).toEqual([
      1,
      expect.stringContaining('has 16 images, numbered from 0; there is no #16'),
    ]);
    const labels = await onReference('predict', model, `${join(data, 't10k-labels-idx1-ubyte')}#0`);
    expect(labels.err).toContain('holds a Uint8Array of [16]; images are unsigned bytes');
    expect((await onReference('predict', model, 'nothing.png')).err).toContain('nothing.png: cannot be read (ENOENT)');
  });
});

describe('nabla summary', () => {
  it('lists layers of saved and built-in models', async () => {
    const saved = await nabla(['summary', model]);
    expect([saved.code, saved.err]).toEqual([0, '']);
    expect(saved.out).toContain('Dense');
    setBackend(reference());
    // 320 + 18,496 + 401,536 + 1,290, by hand.
    expect((await nabla(['summary', 'cnn'])).out).toContain('421,642');
    expect(JSON.parse((await nabla(['summary', 'cnn', '--json'])).out)).toMatchObject({ parameters: 421_642 });
  });
});

describe('nabla backends', () => {
  it('lists what can compute here', async () => {
    const { code, out } = await nabla(['backends']);
    expect(code).toBe(0);
    expect(out).toMatch(/^backend +available +details$/m);
    expect(out).toMatch(/^cpu +yes +WebAssembly SIMD/m);
    expect(out).toMatch(/^reference +yes +/m);
    expect(out).toContain(`Node ${process.versions.node}`);
    const { backends } = JSON.parse((await nabla(['backends', '--json'])).out);
    expect(backends).toContainEqual(expect.objectContaining({ name: 'reference', available: true }));
  });
});
