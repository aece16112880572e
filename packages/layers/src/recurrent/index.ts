export { Bidirectional, type BidirectionalOptions, type MergeMode } from './bidirectional.ts';
export { RecurrentCell, type Steps } from './cell.ts';
export { ConvLSTM1D, ConvLSTM2D, ConvLSTM3D, type ConvLSTMOptions } from './conv-lstm.ts';
export { GRU, GRUCell, type GRUCellOptions, type GRUOptions } from './gru.ts';
export { LSTM, LSTMCell, type LSTMCellOptions, type LSTMOptions } from './lstm.ts';
export { Recurrent, type RecurrentOptions } from './recurrent.ts';
export { RNN, StackedRNNCells } from './rnn.ts';
export { SimpleRNN, SimpleRNNCell, type SimpleRNNCellOptions, type SimpleRNNOptions } from './simple-rnn.ts';
export { TimeDistributed } from './time-distributed.ts';
