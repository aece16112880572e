import type { LayerCase } from '@nablajs/testkit';
import {
  CategoryEncoding,
  Discretization,
  IntegerLookup,
  MelSpectrogram,
  Normalization,
  STFTSpectrogram,
} from '../../src/index.ts';

const LOUD = { fftLength: 8, sequenceStride: 4, samplingRate: 80, numMelBins: 3, minFreq: 0, topDb: 30 };

export const PREPROCESSING: readonly LayerCase[] = [
  [
    'Normalization',
    {
      make: () => new Normalization(),
      config: { axis: [-1] },
      input: [2, 3, 4],
      output: [2, 3, 4],
      state: { mean: [4], variance: [4], count: [] },
    },
  ],
  [
    'Normalization undone, with given statistics',
    {
      make: () => new Normalization([1, -1], { mean: [1, 2], variance: [0.25, 4], invert: true }),
      config: { axis: [1, -1], mean: [1, 2], variance: [0.25, 4], invert: true },
      input: [3, 2, 2],
      output: [3, 2, 2],
    },
  ],
  [
    'Discretization',
    {
      make: () => new Discretization([-0.5, 0, 0.5]),
      config: { binBoundaries: [-0.5, 0, 0.5] },
      input: [3, 4],
      output: [3, 4],
      differences: 'never',
    },
  ],
  [
    'Discretization to vectors',
    {
      make: () => new Discretization([0, 0.5], { outputMode: 'oneHot' }),
      config: { binBoundaries: [0, 0.5], outputMode: 'oneHot' },
      input: [5, 1],
      output: [5, 3],
      differences: 'never',
    },
  ],
  [
    'CategoryEncoding',
    {
      make: () => new CategoryEncoding(3),
      config: { numTokens: 3, outputMode: 'multiHot' },
      input: [3, 2],
      dtype: 'int32',
      output: [3, 3],
    },
  ],
  [
    'CategoryEncoding that counts',
    {
      make: () => new CategoryEncoding(4, { outputMode: 'count' }),
      config: { numTokens: 4, outputMode: 'count' },
      input: [2, 3, 2],
      dtype: 'int32',
      output: [2, 3, 4],
    },
  ],
  [
    'IntegerLookup',
    {
      make: () => new IntegerLookup({ vocabulary: [3, 1], maskToken: 0, numOovIndices: 2 }),
      config: { vocabulary: [3, 1], maskToken: 0, numOovIndices: 2 },
      input: [2, 3],
      dtype: 'int32',
      output: [2, 3],
      differences: 'never',
    },
  ],
  [
    'IntegerLookup to weighed counts',
    {
      make: () =>
        new IntegerLookup(5, { vocabulary: [2, 0], outputMode: 'tfIdf', idfWeights: [0.5, 2], padToMaxTokens: true }),
      config: { maxTokens: 5, vocabulary: [2, 0], outputMode: 'tfIdf', idfWeights: [0.5, 2], padToMaxTokens: true },
      input: [2, 3],
      dtype: 'int32',
      output: [2, 5],
    },
  ],
  ['MelSpectrogram', { make: () => new MelSpectrogram(LOUD), config: LOUD, input: [2, 20], output: [2, 3, 6] }],
  [
    'MelSpectrogram of magnitudes',
    {
      make: () => new MelSpectrogram({ ...LOUD, sequenceLength: 6, window: 'hamming', magExp: 1, powerToDb: false }),
      config: { ...LOUD, sequenceLength: 6, window: 'hamming', magExp: 1, powerToDb: false },
      input: [2, 17],
      output: [2, 3, 5],
    },
  ],
  [
    'STFTSpectrogram',
    {
      make: () => new STFTSpectrogram('magnitude', { frameLength: 6, frameStep: 3 }),
      config: { mode: 'magnitude', frameLength: 6, frameStep: 3 },
      input: [2, 12, 2],
      output: [2, 3, 10],
      weights: { real_kernel: [6, 1, 5], imag_kernel: [6, 1, 5] },
    },
  ],
  [
    'STFTSpectrogram as images, both parts, channels first',
    {
      make: () =>
        new STFTSpectrogram('stft', {
          frameLength: 4,
          padding: 'same',
          expandDims: true,
          dataFormat: 'channelsFirst',
        }),
      config: { mode: 'stft', frameLength: 4, padding: 'same', expandDims: true, dataFormat: 'channelsFirst' },
      input: [1, 2, 7],
      output: [1, 2, 4, 6],
      weights: { real_kernel: [4, 1, 3], imag_kernel: [4, 1, 3] },
    },
  ],
  [
    'STFTSpectrogram, real parts',
    {
      make: () => new STFTSpectrogram('real', { frameLength: 4, expandDims: true }),
      config: { mode: 'real', frameLength: 4, expandDims: true },
      input: [1, 8, 1],
      output: [1, 3, 3, 1],
      weights: { real_kernel: [4, 1, 3] },
    },
  ],
];
