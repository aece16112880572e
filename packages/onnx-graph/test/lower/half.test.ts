// Half precision in files: two bytes an element, as ONNX Runtime reads them.
import { fromHalfBits, type Graph, halfBits } from '@nablajs/tensor';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { lowerGraph, readModel } from '../../src/index.ts';

const half = { shape: [3], dtype: 'float16' } as const;
const graph: Graph = {
  inputs: [half],
  constants: [{ spec: half, data: Float32Array.of(0.5, 2048, 2 ** -24) }],
  code: [
    {
      op: 'full',
      operands: [],
      attrs: { value: 2, shape: [], dtype: 'float16' },
      spec: { shape: [], dtype: 'float16' },
    },
    { op: 'mul', operands: [0, 2], attrs: {}, spec: half },
    { op: 'add', operands: [3, 1], attrs: {}, spec: half },
  ],
  outputs: [4],
  donated: [],
};

test('constants are written as bits and compute as halves', async () => {
  const session = await InferenceSession.create(lowerGraph(graph), { logSeverityLevel: 3 });
  const input = new Tensor('float16', halfBits([0.25, 0.5, 2 ** -24]), [3]);
  const { output_0: output } = await session.run({ input_0: input });
  await session.release();
  expect(output!.type).toBe('float16');
  expect([...fromHalfBits(output!.data as Uint16Array)]).toEqual([1, 2048, 3 * 2 ** -24]);
});

test('two bytes an element', () => {
  const { initializer } = readModel(lowerGraph(graph)).graph!;
  const constant = initializer.find(({ dims }) => dims.length === 1)!;
  expect(constant.dataType).toBe(10);
  expect([...constant.rawData!]).toEqual([0x00, 0x38, 0x00, 0x68, 0x01, 0x00]);
});
