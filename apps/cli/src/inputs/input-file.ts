// One input of a model from a file: an array of NumPy, columns of numbers, or an image.
import { readNpyFile } from '@nablajs/data/node';
import {
  ConfigError,
  type DType,
  FormatError,
  formatShape,
  fromData,
  type Shape,
  type Spec,
  sizeOf,
  type Tensor,
} from '@nablajs/tensor';
import { isTable, readTable } from '../datasets/table.ts';
import { toModelInput } from '../images/model-input.ts';
import { findImage } from '../images/source.ts';

/**
 * Samples for an input: all of an NPY file, which may also be a single one without the first axis; the rows of a table, whose
 * columns are numbers; one image.
 * @param folder where a data set's files are, as for `loadDataset`
 * @throws ConfigError or FormatError naming the file
 */
export async function readInput(path: string, { shape, dtype }: Spec, folder?: string): Promise<Tensor> {
  const sample = shape.slice(1);
  if (/\.npy$/i.test(path)) {
    const array = await readNpyFile(path);
    return fitted(path, array.data, array.shape, sample, dtype);
  }
  if (isTable(path)) {
    const { data, rows, columns } = await numbersOf(path);
    return fitted(path, data, [rows, columns], sample, dtype);
  }
  return toModelInput((await findImage(path, folder)).image, sample).tensor;
}

function fitted(path: string, data: ArrayLike<number>, found: Shape, sample: Shape, dtype: DType): Tensor {
  const size = Math.max(1, sizeOf(sample));
  const isOne = found.length === sample.length && found.every((length, axis) => length === sample[axis]);
  const isSamples = found.length > 0 && data.length === (found[0] ?? 0) * size;
  if (!isOne && !isSamples) {
    throw new ConfigError(
      `${path}: holds ${formatShape(found)}; each sample of this input is ${formatShape(sample)}, the first axis counts samples.`,
    );
  }
  const values = fromData(Float32Array.from(data), [isOne ? 1 : found[0]!, ...sample]);
  return dtype === 'float32' ? values : values.cast(dtype);
}

async function numbersOf(path: string): Promise<{ data: Float64Array; rows: number; columns: number }> {
  const frame = await readTable(path);
  const { rows, names } = frame;
  const data = new Float64Array(rows * names.length);
  for (const [column, name] of names.entries()) {
    const { kind, values } = frame.column(name);
    if (kind !== 'number') {
      throw new FormatError(
        `${path}: column '${name}' holds words; a model with several inputs takes columns of numbers.`,
      );
    }
    for (let row = 0; row < rows; row++) data[row * names.length + column] = values[row] as number;
  }
  return { data, rows, columns: names.length };
}
