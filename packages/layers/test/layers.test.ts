// Every layer: what is claimed of it, and its training step on the backends of Node.
import { cpu } from '@nablajs/backend-cpu';
import { onnxruntime } from '@nablajs/backend-onnxruntime';
import { describeLayers } from '@nablajs/testkit';
import { expect, test } from 'vitest';
import { builtinLayers } from '../src/index.ts';
import { CASES } from './cases/index.ts';

describeLayers(CASES, { cpu: () => cpu(), onnxruntime: () => onnxruntime({ device: 'cpu' }) });

test('every layer has a case', () => {
  const covered = new Set(CASES.map(([, { make }]) => make().type));
  expect(Object.keys(builtinLayers).filter((type) => !covered.has(type))).toEqual([]);
});
