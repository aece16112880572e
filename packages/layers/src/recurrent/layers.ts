import type { LayerClass } from '../base/registry.ts';
import { Bidirectional } from './bidirectional.ts';
import { ConvLSTM1D, ConvLSTM2D, ConvLSTM3D } from './conv-lstm.ts';
import { GRU, GRUCell } from './gru.ts';
import { LSTM, LSTMCell } from './lstm.ts';
import { RNN, StackedRNNCells } from './rnn.ts';
import { SimpleRNN, SimpleRNNCell } from './simple-rnn.ts';
import { TimeDistributed } from './time-distributed.ts';

/** The layers of this folder. */
export const recurrentLayers: readonly LayerClass[] = [
  SimpleRNN,
  GRU,
  LSTM,
  RNN,
  SimpleRNNCell,
  GRUCell,
  LSTMCell,
  StackedRNNCells,
  Bidirectional,
  TimeDistributed,
  ConvLSTM1D,
  ConvLSTM2D,
  ConvLSTM3D,
] as unknown as readonly LayerClass[];
