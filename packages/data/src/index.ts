// Datasets
export { type CifarImages, parseCifar } from './cifar/cifar.ts';
// Tables
export { type CsvOptions, readCsv } from './csv/csv.ts';
export type { Batch, MappedBatch, TensorsOf, Values } from './dataset/batch.ts';
export { Column, type ColumnOptions, column, type TypedArray } from './dataset/column.ts';
export { type BatchOptions, Dataset, type ShuffleOptions, type SplitOptions } from './dataset/dataset.ts';
export type { Source, SourceBatch } from './dataset/source.ts';
export { type Table, type TableParts, tableOf } from './dataset/table.ts';
export {
  type EncoderOptions,
  type FeatureEncoding,
  TableEncoder,
  type TableEncoding,
  type TargetEncoding,
} from './frame/encoder.ts';
export { Frame, type FrameColumn, type NumberColumn, type TextColumn } from './frame/frame.ts';
// Files
export type { IdxArray, IdxData } from './idx/format.ts';
export { parseIdx, readIdx } from './idx/read.ts';
export { writeIdx } from './idx/write.ts';
export type { ImageSet, ImageSetOptions } from './images/options.ts';
export { type NpyArray, parseNpy, writeNpy } from './npy/npy.ts';
export { readNpz, writeNpz } from './npy/npz.ts';
export { type ParquetOptions, readParquet } from './parquet/parquet.ts';
// Sequences
export { type PadSequencesOptions, padSequences } from './sequences/pad.ts';
export { type Series, slidingWindows, type WindowOptions } from './sequences/windows.ts';
// Streams
export type { PadOptions, Row, StackedBatch, StreamSample } from './stream/stack.ts';
export { type BucketOptions, Stream, type StreamBatchOptions } from './stream/stream.ts';
export { parseWav, type Sound, writeWav } from './wav/wav.ts';
