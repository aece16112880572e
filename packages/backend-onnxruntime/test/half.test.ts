// Half precision on the CPU: ONNX Runtime's results are those of the reference, bit for bit where one rounding decides.
import { reference } from '@nablajs/backend-reference';
import { type Backend, compile, fromData, fromHalfBits, type Tensor, tensor } from '@nablajs/tensor';
import { afterAll, expect, test } from 'vitest';
import { onnxruntime } from '../src/index.ts';

const backend = await onnxruntime({ threads: 1 });
afterAll(() => backend.dispose());

async function on(where: Backend, f: (x: Tensor) => Tensor, x: Tensor): Promise<number[]> {
  return Array.from(await (await compile(f, { backend: where })(x)).data());
}

const all = fromData(fromHalfBits(Uint16Array.from({ length: 65536 }, (_, bits) => bits)), [65536], 'float16');

test.each<[string, (x: Tensor) => Tensor]>([
  ['unchanged', (x) => x],
  ['as float32', (x) => x.cast('float32')],
  ['as int32', (x) => x.cast('int32')],
  ['multiplied', (x) => x.mul(1.0009765625)],
  ['added to twice', (x) => x.add(1).add(1)],
  ['divided and floored', (x) => x.div(3).floor()],
  ['square roots', (x) => x.sqrt()],
])('all halves %s', async (_, f) => {
  expect(await on(backend, f, all)).toEqual(await on(reference(), f, all));
});

test('float32 becomes the nearest half', async () => {
  const x = tensor([0.1, 1 + 2 ** -11, 1 + 3 * 2 ** -11, 65519, 65520, -1e30, 2 ** -25, 1.5 * 2 ** -24, Number.NaN]);
  const half = (y: Tensor): Tensor => y.cast('float16').cast('float32');
  expect(await on(backend, half, x)).toEqual(await on(reference(), half, x));
});
