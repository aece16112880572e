import { type DType, fromData, type Tensor } from '@nablajs/tensor';

/** Numbers that are known while the graph is made, to be looked up by images. */
export function list(values: readonly number[], dtype: Extract<DType, 'float32' | 'int32'> = 'float32'): Tensor {
  const data = dtype === 'int32' ? Int32Array.from(values) : Float32Array.from(values);
  return fromData(data, [values.length]);
}
