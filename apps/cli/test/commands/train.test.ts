import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { cornersFolder, nabla, temporaryFolder } from '../session.ts';

let folder: string;
let data: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  data = await cornersFolder(folder);
});

const training = (out: string, ...more: string[]): string[] => [
  ...['train', 'mnist', '--data', data, '--model', 'mlp', '--backend', 'reference', '--batch-size', '16'],
  ...['--out', join(folder, out), ...more],
];

describe('nabla train', () => {
  it('learns, reports, and writes its results', async () => {
    const { code, out, err } = await nabla(training('plain', '--epochs', '3'));
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('on mnist: 48 images, 3 epochs of 3 batches of 16, adam, seed 7, reference backend');
    expect(out).toMatch(/^epoch 1\/3 {2}3\/3 {2}.* loss \d\.\d+ {2}accuracy \d\.\d+ {2}valLoss/m);
    expect(out).toContain('Confusion matrix (rows: truth, columns: prediction)');
    expect(out).toMatch(/^mnist, 16 test images: 100\.00 % right, 0 of 16 wrong$/m);
    expect(out).not.toContain('\r');

    const results = join(folder, 'plain');
    expect(await readdir(results)).toEqual(['confusion.svg', 'curves.svg', 'history.json', 'model.safetensors']);
    const record = JSON.parse(await readFile(join(results, 'history.json'), 'utf8'));
    expect(record.history.loss).toHaveLength(3);
    expect(record.history.valAccuracy.at(-1)).toBe(1);
    expect(record.test.accuracy).toBe(1);
    expect(record.curve.at(-1).epoch).toBe(3);
    const curves = await readFile(join(results, 'curves.svg'), 'utf8');
    for (const text of ['mlp on mnist: loss and accuracy', 'Epoch', 'Loss (cross-entropy, nats)', 'validation']) {
      expect(curves).toContain(text);
    }
    const confusion = await readFile(join(results, 'confusion.svg'), 'utf8');
    for (const text of ['Predicted class', 'True class', '100.00 % right']) expect(confusion).toContain(text);
  });

  it('with --json writes one object per line', async () => {
    const { code, out, err } = await nabla(training('json', '--epochs', '2', '--steps', '2', '--json'), {
      isTTY: true,
    });
    expect([code, err]).toEqual([0, '']);
    const events = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.map(({ event }) => event)).toEqual([
      ...['begin', 'step', 'step', 'epoch', 'step', 'step', 'epoch', 'result'],
    ]);
    expect(events[0]).toMatchObject({ dataset: 'mnist', batches: 2, epochs: 2, seed: 7, optimizer: { type: 'Adam' } });
    expect(events[3]).toMatchObject({ epoch: 1, loss: expect.any(Number), valAccuracy: expect.any(Number) });
    expect(events.at(-1)).toMatchObject({ accuracy: expect.any(Number), confusion: expect.any(Array) });
  });

  it('repeats itself with the same seed, and not with another', async () => {
    const losses = async (seed: string): Promise<unknown> => {
      await nabla(training(`seed${seed}`, '--epochs', '1', '--seed', seed, '--quiet'));
      return JSON.parse(await readFile(join(folder, `seed${seed}`, 'history.json'), 'utf8')).history;
    };
    const first = await losses('1');
    expect(await losses('1')).toEqual(first);
    expect(await losses('2')).not.toEqual(first);
  });

  it('takes a model from a module, and goes on with a saved one', async () => {
    const module = join(folder, 'tiny.mjs');
    await writeFile(
      module,
      'export default ({ nabla, imageShape, classes }) => new nabla.Sequential([\n' +
        '  nabla.Input({ shape: imageShape }), new nabla.Flatten(), new nabla.Dense(classes, { activation: "softmax" }),\n' +
        ']);\n',
    );
    const made = await nabla(training('tiny', '--model', module, '--epochs', '1', '--optimizer', 'sgd', '--quiet'));
    expect([made.code, made.err]).toEqual([2, expect.stringContaining('--model was given more than once')]);

    const words = training('tiny', '--epochs', '1', '--quiet').filter((word) => word !== 'mlp' && word !== '--model');
    expect((await nabla([...words, '--model', module, '--optimizer', 'sgd'])).err).toBe('');
    const saved = join(folder, 'tiny', 'model.safetensors');
    expect((await nabla([...words, '--model', saved])).err).toBe('');
    const record = JSON.parse(await readFile(join(folder, 'tiny', 'history.json'), 'utf8'));
    expect(record.optimizer.type).toBe('SGD');
    expect(record.parameters).toBe(64 * 10 + 10);
  });

  it('says what is wrong with a module', async () => {
    const words = training('modules', '--quiet').filter((word) => word !== 'mlp' && word !== '--model');
    const failure = async (name: string, text: string): Promise<string> => {
      await writeFile(join(folder, name), text);
      const { code, err } = await nabla([...words, '--model', join(folder, name)]);
      expect([code, err.trim().split('\n').length]).toEqual([1, 1]);
      return err;
    };
    expect(await failure('none.mjs', 'export const x = 1;')).toContain("the module's default export is no model");
    expect(await failure('throws.mjs', 'export default () => { throw new Error("no luck"); };')).toContain(
      'the module fails with Error: no luck',
    );
  });

  it('fails with one paragraph, and writes nothing', async () => {
    const { code, out, err } = await nabla([
      'train',
      'mnist',
      '--data',
      join(folder, 'nowhere'),
      '--out',
      join(folder, 'no'),
    ]);
    expect([code, out]).toEqual([1, '']);
    expect(err.trim()).toMatch(/^FormatError: .*nowhere: cannot be read \(ENOENT\)/);
    expect(err.trim()).not.toContain('\n');

    await writeFile(join(folder, 'file'), '');
    const blocked = await nabla(training('file'));
    expect(blocked.code).toBe(1);
    expect(blocked.err).toMatch(
      /results cannot be written there \((EEXIST|ENOTDIR)\)\. Choose another folder with --out/,
    );
  });

  it('stops between two batches when interrupted', async () => {
    const controller = new AbortController();
    const { code, out, err } = await nabla(training('interrupted', '--epochs', '50', '--json'), {
      signal: controller.signal,
      onOut: (text) => {
        if (text.includes('"step"')) controller.abort();
      },
    });
    expect([code, err]).toEqual([130, 'Interrupted.\n']);
    expect(out).not.toContain('"result"');
    expect(existsSync(join(folder, 'interrupted', 'history.json'))).toBe(false);
  });
});
