// Models with several inputs and outputs, as far as the terminal goes.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reference } from '@nablajs/backend-reference';
import { readModel } from '@nablajs/onnx';
import { setBackend } from '@nablajs/tensor';
import { Add, Dense, Input, Model } from 'nablajs';
import { beforeAll, expect, it } from 'vitest';
import { nabla, temporaryFolder } from '../session.ts';

let path: string;

beforeAll(async () => {
  setBackend(reference());
  const [a, b] = [Input({ shape: [3], name: 'a' }), Input({ shape: [3], name: 'b' })];
  const sum = new Add().apply([new Dense(2).apply(a), new Dense(2).apply(b)]);
  const model = new Model({ inputs: [a, b], outputs: { sum, rest: new Dense(1, { name: 'rest' }).apply(sum) } });
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

it('predict says that it shows one input and one output', async () => {
  const { code, err } = await nabla(['predict', path, 'mnist#1', '--backend', 'reference']);
  expect(code).toBe(1);
  expect(err).toMatch(/ConfigError: .*inputs a, b and outputs sum, rest.*loadModel/s);
});
