import type { LayerCase } from '@nablajs/testkit';
import {
  Bidirectional,
  Conv1D,
  ConvLSTM1D,
  ConvLSTM2D,
  ConvLSTM3D,
  GRU,
  GRUCell,
  LSTM,
  LSTMCell,
  RNN,
  SimpleRNN,
  SimpleRNNCell,
  StackedRNNCells,
  TimeDistributed,
} from '../../src/index.ts';

const linear = () => new SimpleRNNCell(2, { activation: 'linear', name: 'cell' });
const stacked = () =>
  new StackedRNNCells([new LSTMCell(2, { name: 'low' }), new GRUCell(1, { name: 'high' })], { name: 'both' });
const both = () => new SimpleRNN(2, { returnSequences: true, name: 'there' });

export const RECURRENT: readonly LayerCase[] = [
  [
    'SimpleRNN',
    {
      make: () => new SimpleRNN(2, { returnSequences: true }),
      config: { units: 2, returnSequences: true },
      input: [2, 3, 4],
      output: [2, 3, 2],
      weights: { kernel: [4, 2], recurrent_kernel: [2, 2], bias: [2] },
      mask: 'passes',
    },
  ],
  [
    'GRU',
    {
      make: () => new GRU(2),
      config: { units: 2 },
      input: [2, 3, 2],
      output: [2, 2],
      weights: { kernel: [2, 6], recurrent_kernel: [2, 6], bias: [2, 6] },
      mask: 'ends',
    },
  ],
  [
    'GRU that resets before the product, backwards',
    {
      make: () => new GRU(2, { resetAfter: false, goBackwards: true }),
      config: { units: 2, resetAfter: false, goBackwards: true },
      input: [2, 2, 2],
      output: [2, 2],
      weights: { kernel: [2, 6], recurrent_kernel: [2, 6], bias: [6] },
      mask: 'ends',
    },
  ],
  [
    'LSTM with its states',
    {
      make: () => new LSTM(2, { returnSequences: true, returnState: true }),
      config: { units: 2, returnSequences: true, returnState: true },
      input: [2, 3, 2],
      output: [
        [2, 3, 2],
        [2, 2],
        [2, 2],
      ],
      weights: { kernel: [2, 8], recurrent_kernel: [2, 8], bias: [8] },
      mask: 'passes',
    },
  ],
  [
    'RNN of cells on top of each other',
    {
      make: () => new RNN(stacked()),
      config: { cell: stacked().toJSON() },
      input: [2, 2, 2],
      output: [2, 1],
      weights: [
        ['kernel', [2, 8]],
        ['recurrent_kernel', [2, 8]],
        ['bias', [8]],
        ['kernel', [2, 3]],
        ['recurrent_kernel', [1, 3]],
        ['bias', [2, 3]],
      ],
      mask: 'ends',
    },
  ],
  [
    'Bidirectional',
    {
      make: () => new Bidirectional(both()),
      config: { layer: both().toJSON() },
      input: [2, 3, 2],
      output: [2, 3, 4],
      weights: [
        ['kernel', [2, 2]],
        ['recurrent_kernel', [2, 2]],
        ['bias', [2]],
        ['kernel', [2, 2]],
        ['recurrent_kernel', [2, 2]],
        ['bias', [2]],
      ],
      mask: 'passes',
    },
  ],
  [
    'TimeDistributed',
    {
      make: () => new TimeDistributed(new Conv1D(2, 2, { name: 'each' })),
      config: { layer: new Conv1D(2, 2, { name: 'each' }).toJSON() },
      input: [2, 2, 3, 1],
      output: [2, 2, 2, 2],
      weights: { kernel: [2, 1, 2], bias: [2] },
    },
  ],
  [
    'ConvLSTM1D',
    {
      make: () => new ConvLSTM1D(1, 2),
      config: { filters: 1, kernelSize: 2 },
      input: [1, 2, 4, 2],
      output: [1, 3, 1],
      weights: { kernel: [2, 2, 4], recurrent_kernel: [2, 1, 4], bias: [4] },
      mask: 'ends',
    },
  ],
  [
    'ConvLSTM2D',
    {
      make: () => new ConvLSTM2D(1, 2, { padding: 'same', strides: 2, returnSequences: true }),
      config: { filters: 1, kernelSize: 2, padding: 'same', strides: 2, returnSequences: true },
      input: [1, 2, 3, 4, 1],
      output: [1, 2, 2, 2, 1],
      weights: { kernel: [2, 2, 1, 4], recurrent_kernel: [2, 2, 1, 4], bias: [4] },
      mask: 'passes',
    },
  ],
  [
    'ConvLSTM3D',
    {
      make: () => new ConvLSTM3D(1, 1),
      config: { filters: 1, kernelSize: 1 },
      input: [1, 2, 2, 1, 2, 1],
      output: [1, 2, 1, 2, 1],
      weights: { kernel: [1, 1, 1, 1, 4], recurrent_kernel: [1, 1, 1, 1, 4], bias: [4] },
      mask: 'ends',
    },
  ],
  [
    'RNN of a simple cell',
    {
      make: () => new RNN(linear()),
      config: { cell: linear().toJSON() },
      input: [2, 2, 1],
      output: [2, 2],
      weights: { kernel: [1, 2], recurrent_kernel: [2, 2], bias: [2] },
      mask: 'ends',
    },
  ],
  [
    'SimpleRNNCell',
    {
      make: () => new SimpleRNNCell(2),
      config: { units: 2 },
      input: [
        [2, 3],
        [2, 2],
      ],
      output: [
        [2, 2],
        [2, 2],
      ],
      weights: { kernel: [3, 2], recurrent_kernel: [2, 2], bias: [2] },
    },
  ],
  [
    'GRUCell without biases',
    {
      make: () => new GRUCell(2, { useBias: false }),
      config: { units: 2, useBias: false },
      input: [
        [2, 1],
        [2, 2],
      ],
      output: [
        [2, 2],
        [2, 2],
      ],
      weights: { kernel: [1, 6], recurrent_kernel: [2, 6] },
    },
  ],
  [
    'LSTMCell',
    {
      make: () => new LSTMCell(1),
      config: { units: 1 },
      input: [
        [2, 2],
        [2, 1],
        [2, 1],
      ],
      output: [
        [2, 1],
        [2, 1],
        [2, 1],
      ],
      weights: { kernel: [2, 4], recurrent_kernel: [1, 4], bias: [4] },
    },
  ],
  [
    'StackedRNNCells',
    {
      make: () => stacked(),
      config: stacked().toJSON().config,
      input: [
        [2, 2],
        [2, 2],
        [2, 2],
        [2, 1],
      ],
      output: [
        [2, 1],
        [2, 2],
        [2, 2],
        [2, 1],
      ],
      weights: [
        ['kernel', [2, 8]],
        ['recurrent_kernel', [2, 8]],
        ['bias', [8]],
        ['kernel', [2, 3]],
        ['recurrent_kernel', [1, 3]],
        ['bias', [2, 3]],
      ],
    },
  ],
];
