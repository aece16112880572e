import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { nabla, temporaryFolder } from '../session.ts';

let folder: string;
let flowers: string;
let houses: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  flowers = join(folder, 'flowers.csv');
  houses = join(folder, 'houses.csv');
  // What kind a flower is follows from its colour and the length of its leaves.
  const kinds = Array.from({ length: 120 }, (_, i) => {
    const red = i % 2 === 0;
    const length = 1 + (i % 7);
    return `${i},${red ? 'red' : 'blue'},${i % 10 === 4 ? '' : length},${red ? 'rose' : length > 3 ? 'iris' : 'viola'}`;
  });
  await writeFile(flowers, ['row,colour,leaf,kind', ...kinds].join('\n'));
  // Prices are linear in the area: 1000 per square metre, and 20000 for a garden.
  const prices = Array.from({ length: 200 }, (_, i) => {
    const area = 40 + ((i * 37) % 120);
    const garden = i % 3 === 0 ? 'yes' : 'no';
    return `${area},${garden},${area * 1000 + (garden === 'yes' ? 20_000 : 0)}`;
  });
  await writeFile(houses, ['area,garden,price', ...prices, '50,no,'].join('\n'));
});

const train = (...more: string[]) => nabla(['train', ...more, '--backend', 'cpu']);

describe('nabla on tables', () => {
  it('learns the classes of a column, tests, and predicts', async () => {
    const out = join(folder, 'flowers');
    const trained = await train(
      '--data',
      flowers,
      '--target',
      'kind',
      '--ignore',
      'row',
      '--epochs',
      '25',
      '--out',
      out,
    );
    expect([trained.code, trained.err]).toEqual([0, '']);
    expect(trained.out).toMatch(/^flowers\.csv, \d+ test rows: (9\d\.\d\d|100\.00) % right/m);
    expect(trained.out).toMatch(/^class +precision +recall +F1 +rows$/m);
    expect(await readdir(out)).toEqual([
      ...['confusion.svg', 'curves.svg', 'history.json', 'model.safetensors', 'table.json'],
    ]);
    const { target, features } = JSON.parse(await readFile(join(out, 'table.json'), 'utf8'));
    expect(target).toEqual({ kind: 'class', name: 'kind', classes: ['iris', 'rose', 'viola'] });
    expect(features.map(({ name }: { name: string }) => name)).toEqual(['colour', 'leaf']);

    const model = join(out, 'model.safetensors');
    const tested = await nabla(['evaluate', model, flowers, '--backend', 'cpu', '--json']);
    expect(JSON.parse(tested.out)).toMatchObject({ event: 'result', rows: 120, accuracy: expect.any(Number) });

    const fresh = join(folder, 'fresh.csv');
    await writeFile(fresh, 'colour,leaf\nred,2\nblue,7\n');
    const predicted = await nabla(['predict', model, fresh, '--backend', 'cpu']);
    expect(predicted.out).toMatch(/^kind,probability\nrose,[01]\.\d{4}\niris,[01]\.\d{4}\n$/);

    await rm(join(out, 'table.json'));
    const alone = await nabla(['predict', model, fresh, '--backend', 'cpu']);
    expect([alone.code, alone.err]).toEqual([1, expect.stringContaining('there is no table.json beside the model')]);
  });

  it('learns a number, and says how far it is off', async () => {
    const out = join(folder, 'houses');
    const trained = await train(houses, '--target', 'price', '--epochs', '40', '--out', out);
    expect([trained.code, trained.err]).toEqual([0, '']);
    const [, r2] = /R² (\d\.\d+)/.exec(trained.out)!;
    expect(Number(r2)).toBeGreaterThan(0.9);
    expect(await readdir(out)).toContain('predictions.svg');
    expect(await readFile(join(out, 'predictions.svg'), 'utf8')).toContain('Predicted price');

    const fresh = join(folder, 'one.csv');
    await writeFile(fresh, 'area,garden\n100,no\n');
    const { out: csv } = await nabla(['predict', join(out, 'model.safetensors'), fresh, '--backend', 'cpu']);
    const [name, price] = csv.trim().split('\n');
    expect(name).toBe('price');
    expect(Math.abs(Number(price) - 100_000)).toBeLessThan(15_000);
  });

  it.each([
    [['train'], /<dataset> is missing\. Name one, or a table with --data file\.csv/],
    [['train', 'flowers.csv'], /--target is missing: which column of flowers\.csv/],
    [['train', 'mnist', '--target', 'kind'], /--target is for tables; mnist has its own/],
    [['train', 'x.csv', '--target', 'kind', '--test-share', '2'], /--test-share must lie between 0 and 1/],
  ])('%j is refused', async (words, message) => {
    const { code, err } = await nabla(words);
    expect([code, err]).toEqual([2, expect.stringMatching(message)]);
  });

  it('names the table in errors about it', async () => {
    const { code, err } = await train(flowers, '--target', 'kin', '--out', join(folder, 'none'));
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/flowers\.csv: the table has no column 'kin'\. Did you mean 'kind'/),
    ]);
  });
});
