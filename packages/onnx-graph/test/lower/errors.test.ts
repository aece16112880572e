import { type Graph, UnsupportedOpError } from '@nablajs/tensor';
import { expect, test } from 'vitest';
import { lowerGraph } from '../../src/index.ts';

test('all ops without a lowering are named at once, with their places', () => {
  const spec = { shape: [3], dtype: 'float32' } as const;
  const graph: Graph = {
    inputs: [spec],
    constants: [],
    code: [
      { op: 'acme/spin', operands: [0], attrs: {}, spec, site: 'net.ts:3:7', path: '"spin_1" (Spin)' },
      { op: 'acme/twist', operands: [1], attrs: {}, spec },
    ],
    outputs: [2],
    donated: [],
  };
  expect(() => lowerGraph(graph)).toThrow(UnsupportedOpError);
  expect(() => lowerGraph(graph)).toThrow(
    'these ops have no ONNX lowering: acme/spin in "spin_1" (Spin) (net.ts:3:7), acme/twist. ' +
      "Give each a decomposition into Nabla's own ops.",
  );
});
