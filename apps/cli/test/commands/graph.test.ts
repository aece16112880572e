// Models with several inputs and outputs, as far as the terminal goes.
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { reference } from '@nablajs/backend-reference';
import { readModel } from '@nablajs/onnx';
import { setBackend } from '@nablajs/tensor';
import { Add, Dense, Input, Model, writeNpy } from 'nablajs';
import { beforeAll, describe, expect, it } from 'vitest';
import { nabla, temporaryFolder } from '../session.ts';

let path: string;

beforeAll(async () => {
  setBackend(reference());
  const ones = { kernelInitializer: 'ones' } as const;
  const [a, b] = [Input({ shape: [3], name: 'a' }), Input({ shape: [3], name: 'b' })];
  const sum = new Add().apply([new Dense(2, ones).apply(a), new Dense(2, ones).apply(b)]);
  const model = new Model({
    inputs: [a, b],
    outputs: { sum, rest: new Dense(1, { name: 'rest', ...ones }).apply(sum) },
  });
  path = join(await temporaryFolder(), 'graph.safetensors');
  await model.save(path);
});

it('summary shows what is connected to what', async () => {
  const { code, out, err } = await nabla(['summary', path]);
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/Connected to/);
  expect(out).toMatch(/add \(Add\) .* dense, dense_1/);
  const { out: json } = await nabla(['summary', path, '--json']);
  expect(JSON.parse(json)).toMatchObject({ parameters: 19 });
});

it('export writes all inputs and outputs', async () => {
  const file = path.replace('safetensors', 'onnx');
  const { code, err } = await nabla(['export', path, '--out', file]);
  expect([code, err]).toEqual([0, '']);
  const { graph } = readModel(new Uint8Array(await readFile(file)));
  expect(graph.input.map(({ name }) => name)).toEqual(['a', 'b']);
  expect(graph.output.map(({ name }) => name)).toEqual(['sum', 'rest']);
});

describe('predict takes a file for each input', () => {
  const predict = (...words: string[]) => nabla(['predict', path, ...words, '--backend', 'reference']);
  const file = (name: string): string => join(dirname(path), name);

  it('arrays of NumPy and tables of numbers, and gives all outputs', async () => {
    await writeFile(file('a.npy'), writeNpy({ data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [2, 3] }));
    await writeFile(file('b.csv'), 'x,y,z\n1,0,0\n0,1,0\n');
    const inputs = ['--input', `a=${file('a.npy')}`, '--input', `b=${file('b.csv')}`];
    const { code, out, err } = await predict(...inputs);
    expect([code, err]).toEqual([0, '']);
    // Kernels of ones: 6 and 15, plus 1 each; the rest is the sum of both.
    expect(out).toBe('sum [2, 2]\n7,7\n16,16\n\nrest [2, 1]\n14\n32\n');
    const json = await predict(...inputs, '--json');
    expect(JSON.parse(json.out)).toMatchObject({ outputs: { sum: [[7, 7], [16, 16]], rest: [[14], [32]] } }); // biome-ignore format: matrices
  });

  it('a single sample needs no first axis', async () => {
    await writeFile(file('one.npy'), writeNpy({ data: Float64Array.of(1, 1, 1), shape: [3] }));
    const { out } = await predict('--input', `a=${file('one.npy')}`, '--input', `b=${file('one.npy')}`, '--quiet');
    expect(out).toBe('sum [1, 2]\n6,6\n\nrest [1, 1]\n12\n');
  });

  it('and says what is wrong with them', async () => {
    const a = ['--input', `a=${file('a.npy')}`];
    const wrong = async (...words: string[]): Promise<string> => {
      const { code, err } = await predict(...words);
      expect(code).toBeGreaterThan(0);
      return err;
    };
    expect(await wrong('mnist#1')).toMatch(
      /inputs a, b and outputs sum, rest\. Give a file for each input: --input a=file\.npy --input b=file\.npy/,
    );
    expect(await wrong()).toContain('<sample> is missing, or --input for each input of the model.');
    expect(await wrong(...a)).toContain('--input is missing for b: add --input b=file.npy.');
    expect(await wrong(...a, '--input', 'c=x.npy')).toContain('--input names "c"; the model\'s inputs are a, b.');
    expect(await wrong(...a, '--input', 'x.npy')).toContain('--input is a name and a file, got "x.npy".');
    expect(await wrong('mnist#1', ...a)).toContain('--input and the sample mnist#1 are both there.');
    expect(await wrong(...a, '--input', `b=${file('one.npy')}`)).toContain(
      'different numbers of samples: 2 in a, 1 in b',
    );
    await writeFile(file('wide.npy'), writeNpy({ data: Float32Array.of(1, 2, 3, 4), shape: [1, 4] }));
    expect(await wrong(...a, '--input', `b=${file('wide.npy')}`)).toMatch(
      /holds \[1, 4\]; each sample of this input is \[3\]/,
    );
    await writeFile(file('words.csv'), 'x,y,z\n1,0,red\n');
    expect(await wrong(...a, '--input', `b=${file('words.csv')}`)).toContain("column 'z' holds words");
  });
});
