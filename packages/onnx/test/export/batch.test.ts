// Files for any batch, and models that cannot have them.
import { reference } from '@nablajs/backend-reference';
import { Dense, Input, Lambda, LSTM } from '@nablajs/layers';
import { Sequential } from '@nablajs/model';
import { ConfigError, fromData, setBackend, setSeed, type Tensor, UnsupportedOpError } from '@nablajs/tensor';
import { beforeAll, expect, test } from 'vitest';
import { exportOnnx, readModel } from '../../src/index.ts';
import { runOnnx } from '../runtime.ts';

beforeAll(() => setBackend(reference()));

function model(f: (x: Tensor) => Tensor): Sequential {
  setSeed(1);
  return new Sequential([Input({ shape: [3] }), new Dense(2), new Lambda(f)]);
}

test('a symbolic size where the model does not care', async () => {
  const { input, output } = readModel(await exportOnnx(model((x) => x.sub(x.mean(1, { keepDims: true }))))).graph;
  for (const { type } of [...input, ...output]) expect(type?.tensorType?.shape?.dim[0]?.dimParam).toBe('batch');
});

test.each<[string, (x: Tensor) => Tensor]>([
  ['a number made of the size', (x) => x.mul(x.shape[0]!)],
  ['a mean over the batch', (x) => x.sub(x.mean(0))],
  ['as many constants as samples', (x) => x.add(fromData(new Float32Array(x.shape[0]!).fill(1), [x.shape[0]!, 1]))],
])('%s is refused, with the place and the way out', async (_, f) => {
  await expect(exportOnnx(model(f))).rejects.toThrow(ConfigError);
  await expect(exportOnnx(model(f))).rejects.toThrow(
    /computes with the size itself \(in .*lambda.*\)\. Say how many samples a batch will have: exportOnnx\(model, { batchSize: 1 }\)/,
  );
});

test('a given size is written for just that', async () => {
  const scaled = model((x) => x.mul(x.shape[0]!));
  const bytes = await exportOnnx(scaled, { batchSize: 4 });
  const data = Float32Array.from({ length: 12 }, (_, i) => Math.sin(i));
  const { output } = await runOnnx(bytes, { input: { data, shape: [4, 3] } });
  const expected = await (await scaled.predict(fromData(data, [4, 3]), { batchSize: 4 })).data();
  output!.data.forEach((value, i) => {
    expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-5);
  });
});

test('a model that keeps states between batches is refused, with the way out', async () => {
  const keeping = new Sequential([Input({ shape: [3, 1] }), new LSTM(2, { stateful: true })]);
  await expect(exportOnnx(keeping)).rejects.toThrow(UnsupportedOpError);
  await expect(exportOnnx(keeping)).rejects.toThrow(/changes 'lstm\/state_0' whenever it is used.*stateful: false/);
});
