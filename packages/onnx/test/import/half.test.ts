import { encodeMessage } from '@nablajs/onnx-graph';
import { expect, test } from 'vitest';
import { readTensor } from '../../src/index.ts';

const FLOAT16 = 10;

test('halves of a file become the float32 numbers they are', () => {
  const raw = Uint8Array.of(0x00, 0x3c, 0x01, 0x80, 0x00, 0xfc);
  const read = readTensor(encodeMessage('TensorProto', { name: 'w', dims: [3n], dataType: FLOAT16, rawData: raw }));
  expect(read.spec).toEqual({ shape: [3], dtype: 'float32' });
  expect([...read.values]).toEqual([1, -(2 ** -24), Number.NEGATIVE_INFINITY]);
});
