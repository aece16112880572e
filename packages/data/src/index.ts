// Datasets and streams of samples

export type { Batch, MappedBatch, TensorsOf, Values } from './dataset/batch.ts';
export * from './dataset/column.ts';
export * from './dataset/dataset.ts';
export type { Source, SourceBatch } from './dataset/source.ts';
export * from './dataset/table.ts';
export type { ImageSet, ImageSetOptions } from './images/options.ts';
export * from './sequences/pad.ts';
export * from './sequences/windows.ts';
export type { PadOptions, Row, StackedBatch, StreamSample } from './stream/stack.ts';
export * from './stream/stream.ts';
export * from './workers/map.ts';
export type { WorkerLike } from './workers/pool.ts';
export * from './workers/serve.ts';

// Tables

export * from './csv/csv.ts';
export * from './frame/encoder.ts';
export { Frame, type FrameColumn, type NumberColumn, type TextColumn } from './frame/frame.ts';
export * from './parquet/parquet.ts';

// Other files

export * from './cifar/cifar.ts';
export * from './files/advice.ts';
export type { IdxArray, IdxData } from './idx/format.ts';
export * from './idx/read.ts';
export * from './idx/write.ts';
export * from './npy/npy.ts';
export * from './npy/npz.ts';
export * from './wav/wav.ts';
