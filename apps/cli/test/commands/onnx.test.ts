import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reference } from '@nablajs/backend-reference';
import { fromData, setBackend, sizeOf, type Tensor } from '@nablajs/tensor';
import { loadModel, loadPredictor, loadTrainer, Sequential } from 'nablajs';
import { beforeAll, describe, expect, it } from 'vitest';
import { cornersFolder, nabla, temporaryFolder } from '../session.ts';

let folder: string;
let data: string;
let model: string;

beforeAll(async () => {
  setBackend(reference());
  folder = await temporaryFolder();
  data = await cornersFolder(folder);
  const out = join(folder, 'run');
  const words = [
    'train',
    'mnist',
    '--data',
    data,
    '--model',
    'cnn',
    '--batch-size',
    '8',
    '--epochs',
    '1',
    '--steps',
    '3',
  ];
  const { err } = await nabla([...words, '--backend', 'reference', '--out', out, '--quiet']);
  if (err !== '') throw new Error(err);
  model = join(out, 'model.safetensors');
  // What draws the curves is loaded first.
}, 60_000);

async function accuracyOf(path: string): Promise<number> {
  const words = ['evaluate', path, 'mnist', '--data', data, '--json', '--backend', 'reference'];
  const { out, err } = await nabla(words);
  expect(err).toBe('');
  return JSON.parse(out).accuracy;
}

describe('nabla export and nabla import', () => {
  it('give a model that tests as the one it came from', async () => {
    const file = join(folder, 'corners.onnx');
    const exported = await nabla(['export', model, '-o', file]);
    expect(exported).toMatchObject({ code: 0, err: '' });
    expect(exported.out).toContain(`Wrote ${file} (`);
    const back = join(folder, 'back.safetensors');
    const imported = await nabla(['import', file, '-o', back, '--json']);
    expect(imported).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(imported.out)).toMatchObject({ event: 'imported', model: back });
    expect(await accuracyOf(back)).toBe(await accuracyOf(model));
    // And it goes out again.
    expect((await nabla(['export', back, '--quiet'])).out).toBe(`${join(folder, 'back.onnx')}\n`);
  });

  it('are named where a file of others is given for a model', async () => {
    const { code, err } = await nabla(['evaluate', 'net.onnx', 'mnist', '--data', data, '--backend', 'reference']);
    expect(code).toBe(1);
    expect(err).toContain('nabla import net.onnx -o model.safetensors');
  });

  it('write a predictor that answers as the model', async () => {
    const file = join(folder, 'corners.predictor');
    const exported = await nabla(['export', model, '-o', file, '--backend', 'reference']);
    expect(exported).toMatchObject({ code: 0, err: '' });
    const predictor = await loadPredictor(await readFile(file), { backend: reference() });
    const { shape } = predictor.inputs[0]!;
    const pixels = Float32Array.from({ length: sizeOf(shape) }, (_, i) => (i % 7) / 7);
    const expected = await (await loadModel(model)).predict(fromData(pixels, [1, ...shape]));
    expect(Array.from((await predictor.predict(pixels)).data)).toEqual(Array.from(await (expected as Tensor).data()));
    const refused = await nabla(['export', model, '-o', file, '--channels-first']);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('--channels-first is for ONNX files');
  });

  it('write a trainer that goes on as the model would, or as it is told', async () => {
    const file = join(folder, 'corners.trainer');
    const words = ['export', model, '-o', file, '--backend', 'reference'];
    expect(await nabla(words)).toMatchObject({ code: 0, err: '' });
    const trainer = await loadTrainer(await readFile(file));
    const pixels = Float32Array.from({ length: 4 * sizeOf(trainer.inputs[0]!.shape) }, (_, i) => (i % 7) / 7);
    const [x, y] = [fromData(pixels, [4, ...trainer.inputs[0]!.shape]), fromData(Int32Array.of(0, 1, 2, 3))];
    const expected = await (await loadModel(model)).trainOnBatch(x, y);
    expect((await trainer.step(pixels, [0, 1, 2, 3]))['loss']).toBeCloseTo(expected['loss']!, 4);
    expect(await nabla([...words, '--learning-rate', '0.25'])).toMatchObject({ code: 0, err: '' });
    expect((await loadTrainer(await readFile(file))).learningRate).toBe(0.25);
    const bare = join(folder, 'bare.safetensors');
    const loaded = await loadModel(model);
    const untrained = new Sequential([...loaded.layers]);
    untrained.build(loaded.inputSpec!);
    await untrained.save(bare);
    const refused = await nabla(['export', bare, '-o', file, '--backend', 'reference']);
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.err).toContain('--loss sparseCategoricalCrossentropy');
    const loss = ['--loss', 'sparseCategoricalCrossentropy', '--optimizer', 'sgd'];
    expect(await nabla(['export', bare, '-o', file, '--backend', 'reference', ...loss])).toMatchObject({ code: 0 });
  });

  it('keep large weights beside the file when asked', async () => {
    const file = join(folder, 'large.onnx');
    await nabla(['export', model, '-o', file, '--external-data', '--channels-first', '--batch-size', '4']);
    expect(existsSync(`${file}.data`)).toBe(true);
    const back = join(folder, 'large.safetensors');
    expect(await nabla(['import', file, '--channels-last', '--quiet'])).toMatchObject({ code: 0, out: `${back}\n` });
    expect(await accuracyOf(back)).toBe(await accuracyOf(model));
  });

  it('say what is wrong with a file', async () => {
    const path = join(folder, 'none.onnx');
    await writeFile(path, 'no model at all');
    expect(await nabla(['import', path])).toMatchObject({ code: 1, out: '' });
    expect((await nabla(['import', path])).err).toContain(`FormatError: ${path}: `);
    expect((await nabla(['import', join(folder, 'missing.onnx')])).err).toContain('cannot read');
  });
});
