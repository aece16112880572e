// Initializers and regularizers, against their formulas.
import { conv1d, conv2d, fromData, tensor } from '@nablajs/tensor';
import { expect, test } from 'vitest';
import {
  builtinLayers,
  builtinPieces,
  Conv2D,
  Dense,
  Dirac,
  initializerFrom,
  layerFromJSON,
  OrthogonalRegularizer,
  RandomNormal,
  RandomUniform,
  Sparse,
  STFT,
} from '../../src/index.ts';
import { onReference } from '../kit.ts';
import { expectValues, waves } from './close.ts';

onReference();

test('Dirac: a convolution with it changes nothing', async () => {
  const x = fromData(waves(4 * 5 * 3), [1, 4, 5, 3]);
  await expectValues(conv2d(x, new Dirac().apply([3, 3, 3, 3]), { padding: 'same' }), await x.data(), 0);
  const line = fromData(waves(6 * 4), [1, 6, 4]);
  const grouped = conv1d(line, new Dirac(2).apply([3, 2, 4]), { padding: 'same', groups: 2 });
  await expectValues(grouped, await line.data(), 0);
  expect(() => new Dirac().apply([3, 3])).toThrow(/Dirac/);
});

test('Sparse: the same number of zeros in each column, at its own places', async () => {
  const values = Array.from(await new Sparse(0.65, { stddev: 2, seed: 3 }).apply([10, 40]).data());
  const zeros = Array.from({ length: 40 }, (_, column) =>
    Array.from({ length: 10 }, (_, row) => row).filter((row) => values[row * 40 + column] === 0),
  );
  expect(zeros.every((rows) => rows.length === 7)).toBe(true);
  expect(new Set(zeros.map(String)).size).toBeGreaterThan(20);
  const others = values.filter((value: number) => value !== 0);
  const deviation = Math.sqrt(others.reduce((sum: number, value: number) => sum + value * value, 0) / others.length);
  expect(Math.abs(deviation - 2)).toBeLessThan(0.5);
  expect(Array.from(await new Sparse(0.65, { stddev: 2, seed: 3 }).apply([10, 40]).data())).toEqual(values);
});

test.each(['real', 'imag'] as const)('STFT, %s: a windowed discrete Fourier transform', async (side) => {
  const frame = waves(8);
  for (const periodic of [false, true]) {
    const window = Array.from(frame, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / (periodic ? 8 : 7)));
    for (const [scaling, divisor] of [
      ['density', Math.sqrt(window.reduce((sum, w) => sum + w * w, 0))],
      ['spectrum', window.reduce((sum, w) => sum + w, 0)],
      [null, 1],
    ] as const) {
      const kernel = new STFT(side, { scaling, periodic }).apply([8, 1, 5]);
      const expected = Array.from({ length: 5 }, (_, k) =>
        frame.reduce((sum, value, n) => {
          const angle = (-2 * Math.PI * k * n) / 8;
          return sum + ((side === 'real' ? Math.cos(angle) : Math.sin(angle)) * window[n]! * value) / divisor;
        }, 0),
      );
      await expectValues(conv1d(fromData(frame, [1, 8, 1]), kernel), expected);
    }
  }
  await expectValues(new STFT({ side: 'real', window: null }).apply([2, 1, 2]), [1, 1, 1, -1]);
});

test('OrthogonalRegularizer: the mean cosine of the angles between rows, or columns', async () => {
  // Rows at 45 degrees, 90 and 45.
  const rows = tensor([
    [2, 0],
    [3, 3],
    [0, 5],
  ]);
  const mean = (Math.SQRT1_2 + 0 + Math.SQRT1_2) / 3;
  expect(await new OrthogonalRegularizer(0.3).apply(rows).item()).toBeCloseTo(0.3 * mean, 6);
  // Columns (2, 3, 0) and (0, 3, 5).
  const cosine = 9 / Math.sqrt(13 * 34);
  const columns = new OrthogonalRegularizer({ factor: 1, mode: 'columns' });
  expect(await columns.apply(rows).item()).toBeCloseTo(cosine, 6);
});

test('Keras’ short names', () => {
  expect(initializerFrom('uniform')).toBeInstanceOf(RandomUniform);
  expect(initializerFrom('normal')).toBeInstanceOf(RandomNormal);
});

test('pieces without short names come back from files', () => {
  const layer = new Conv2D(2, 3, { kernelInitializer: new Dirac() });
  const json = JSON.parse(JSON.stringify(layer.toJSON()));
  expect(layerFromJSON(json, { ...builtinLayers, ...builtinPieces }).toJSON()).toEqual(layer.toJSON());
  const dense = new Dense(2, { kernelInitializer: 'identity', kernelRegularizer: new OrthogonalRegularizer(0.5) });
  const identity = new Dense(2, { kernelInitializer: { type: 'Identity', config: { gain: 2 } } });
  for (const one of [dense, identity]) {
    expect(layerFromJSON(one.toJSON(), { ...builtinLayers, ...builtinPieces }).toJSON()).toEqual(one.toJSON());
  }
});
