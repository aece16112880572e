import type { HostArray, NestedArray, Tensor, Tree } from '@nablajs/tensor';
import type { Column, TypedArray } from './column.ts';

/** What a data set is made from: arrays, tensors or columns whose first axis counts the samples. */
export type Values = Tensor | Column | TypedArray | HostArray | NestedArray | readonly TypedArray[];

/** The same arrays and records with a tensor for every array, as batches have them. */
export type TensorsOf<T> = T extends Values ? Tensor : { readonly [K in keyof T]: TensorsOf<T[K]> };

/** Some samples, stacked along the first axis. `y` is `undefined` for data without targets. */
export interface Batch<X = Tree<Tensor>, Y = Tree<Tensor> | undefined> {
  readonly x: X;
  readonly y: Y;
  /** One weight per sample. */
  readonly sampleWeight?: Tensor | undefined;
  /** How many samples. */
  readonly size: number;
}

/** What a function given to `map` returns; the size is counted again. */
export interface MappedBatch<X, Y> {
  readonly x: X;
  readonly y: Y;
  readonly sampleWeight?: Tensor | undefined;
}
