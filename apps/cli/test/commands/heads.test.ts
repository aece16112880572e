// Models that end in logits, or in one number for two classes, beside those that end in a softmax.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { cornersFolder, nabla, temporaryFolder } from '../session.ts';

let folder: string;
let corners: string;
let marbles: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  corners = await cornersFolder(folder);
  marbles = join(folder, 'marbles.csv');
  // Heavy marbles are glass.
  const rows = Array.from({ length: 120 }, (_, i) => `${(i * 37) % 100},${(i * 37) % 100 > 50 ? 'glass' : 'clay'}`);
  await writeFile(marbles, ['weight,stuff', ...rows].join('\n'));
});

async function moduleOf(name: string, layers: string): Promise<string> {
  const path = join(folder, `${name}.mjs`);
  await writeFile(
    path,
    `export default ({ nabla, classes }) => new nabla.Sequential([new nabla.Flatten(), ${layers}]);\n`,
  );
  return path;
}

async function succeed(...words: string[]): Promise<string> {
  const { code, out, err } = await nabla([...words, '--backend', 'cpu']);
  expect([code, err]).toEqual([0, '']);
  return out;
}

describe('nabla with models that end in logits', () => {
  it('trains them for what they are, and shows probabilities', async () => {
    // A Reshape does not say what it gives: that shows in the numbers.
    const model = await moduleOf('scores', 'new nabla.Dense(classes), new nabla.Reshape([classes])');
    const out = join(folder, 'scores');
    const words = ['--data', corners, '--model', model, '--epochs', '5', '--batch-size', '8', '--out', out];
    const told = await succeed('train', 'mnist', ...words, '--learning-rate', '0.02');
    expect(told).toContain('The model ends in logits: its loss is the crossentropy from logits.');
    expect(told).toContain('mnist, 16 test images: 100.00 % right');

    const saved = join(out, 'model.safetensors');
    const tested = JSON.parse(await succeed('evaluate', saved, 'mnist', '--data', corners, '--json'));
    expect(tested.accuracy).toBe(1);
    const seen = await succeed('predict', saved, 'mnist#2', '--data', corners, '--json', '--top', '10');
    const { predictions } = JSON.parse(seen) as { predictions: { class: string; probability: number }[] };
    expect(predictions[0]).toMatchObject({ class: '2' });
    expect(predictions.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 6);
    expect(predictions.every(({ probability }) => probability > 0)).toBe(true);
  });

  it('says so for probabilities too', async () => {
    const model = await moduleOf('softmax', 'new nabla.Dense(classes, { activation: "softmax" })');
    const words = ['--data', corners, '--model', model, '--epochs', '1', '--out', join(folder, 'softmax')];
    expect(await succeed('train', 'mnist', ...words)).toContain('The model ends in probabilities');
  });

  it.each([
    ['sigmoid', 'new nabla.Dense(1, { activation: "sigmoid" })', 'probabilities: its loss is the binary'],
    ['score', 'new nabla.Dense(1), new nabla.Reshape([1])', 'logits: its loss is the binary'],
  ])('tells two classes apart by one number, a %s', async (name, layers, text) => {
    const model = await moduleOf(name, layers);
    const out = join(folder, name);
    const words = ['--target', 'stuff', '--model', model, '--epochs', '25', '--learning-rate', '0.2', '--out', out];
    const told = await succeed('train', '--data', marbles, ...words);
    expect(told).toContain(text);
    expect(told).toMatch(/test rows: (9\d\.\d\d|100\.00) % right/);

    const fresh = join(folder, 'fresh.csv');
    await writeFile(fresh, 'weight\n5\n95\n');
    const predicted = await succeed('predict', join(out, 'model.safetensors'), fresh);
    expect(predicted).toMatch(/^stuff,probability\nclay,(0\.9\d+|1\.0+)\nglass,(0\.9\d+|1\.0+)\n$/);
  });
});
