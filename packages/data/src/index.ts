// Datasets
export type { Batch, MappedBatch, TensorsOf, Values } from './dataset/batch.ts';
export { Column, type ColumnOptions, column, type TypedArray } from './dataset/column.ts';
export { type BatchOptions, Dataset, type ShuffleOptions, type SplitOptions } from './dataset/dataset.ts';
// Files
export type { IdxArray, IdxData } from './idx/format.ts';
export { parseIdx, readIdx } from './idx/read.ts';
export { writeIdx } from './idx/write.ts';
