import { fromData, resize, setBackend } from '@nablajs/tensor';
import { expect, test } from 'vitest';
import { onnxruntime } from '../src/index.ts';

test('an infinite pixel reaches its neighbours only when an image is blended', async () => {
  const backend = await onnxruntime({ threads: 1 });
  setBackend(backend);
  const x = fromData(Float32Array.of(1, 2, Number.POSITIVE_INFINITY, 4, 8), [1, 5, 1, 1]);
  const blended = await resize(x, [10, 1], 'bilinear').data();
  // A place lies a quarter of the way between two cells.
  const far = Number.POSITIVE_INFINITY;
  expect([...blended]).toEqual([1, 1.25, 1.75, far, far, far, far, 5, 7, 8]);
  const same = await resize(x, [5, 1], 'bilinear').data();
  expect([...same]).toEqual([1, 2, far, 4, 8]);
  await backend.dispose();
});
