import type { DType, Shape, Spec } from '@nablajs/tensor';

/** An input as plain data. */
export interface InputJSON {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly batchSize: number | null;
}

/** A placeholder as an input of a file. */
export function inputJSON(input: { readonly spec: Spec }, name: string): InputJSON {
  const { spec, batchSize = null } = input as { readonly spec: Spec; readonly batchSize?: number | null };
  return { name, shape: spec.shape.slice(1), dtype: spec.dtype, batchSize };
}
