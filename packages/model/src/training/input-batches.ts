// What is predicted from, in batches. Pages that only predict do without the package of data sets.
import type { Dataset } from '@nablajs/data';
import { asTensor, fromData, ShapeError, sizeOf, type Tensor } from '@nablajs/tensor';
import type { ModelData } from './input.ts';

/**
 * The inputs in batches of `size`; those of a Dataset as it has them.
 * @throws ShapeError for a single number
 */
export async function* inputBatches(x: ModelData | Dataset, size: number): AsyncGenerator<Tensor> {
  if (isDataset(x)) {
    for await (const batch of x.epoch(null)) yield batch.x as Tensor;
    return;
  }
  const all = asTensor(x);
  const [count, ...rest] = all.shape;
  if (count === undefined)
    throw new ShapeError('predict: the input is a single number. Its first axis must count the samples.');
  if (count <= size) {
    if (count > 0) yield all;
    return;
  }
  const values = await all.data();
  const row = sizeOf(rest);
  for (let i = 0; i < count; i += size) {
    const end = Math.min(i + size, count);
    yield fromData(values.subarray(i * row, end * row), [end - i, ...rest], all.dtype);
  }
}

function isDataset(x: ModelData | Dataset): x is Dataset {
  return typeof x === 'object' && 'epoch' in x;
}
