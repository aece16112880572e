// Every layer: what is claimed of it, and its training step on the backends of Node.
import { cpu } from '@nablajs/backend-cpu';
import { onnxruntime } from '@nablajs/backend-onnxruntime';
import { describeLayers } from '@nablajs/testkit';
import { expect, test } from 'vitest';
import { builtinLayers, HostLayer } from '../src/index.ts';
import { CASES } from './cases/index.ts';

describeLayers(CASES, { cpu: () => cpu(), onnxruntime: () => onnxruntime({ device: 'cpu' }) });

test('every layer has a case, but those that take no tensors', () => {
  const covered = new Set(CASES.map(([, { make }]) => make().type));
  const taking = Object.entries(builtinLayers).filter(([, { prototype }]) => !(prototype instanceof HostLayer));
  expect(taking.map(([type]) => type).filter((type) => !covered.has(type))).toEqual([]);
});
