// What the worker of these tests makes, as a data set without workers.
import { Dataset } from '@nablajs/data';
import { fromData, type Tensor } from '@nablajs/tensor';

export interface Sample {
  readonly x: { readonly whole: Tensor; readonly part: Float32Array };
  readonly y: number;
}

/** The same samples, made here. */
export function madeHere(items: readonly number[]): Dataset<{ whole: Tensor; part: Tensor }, Tensor> {
  return Dataset.fromSource({
    length: items.length,
    read(indices) {
      const of = Array.from(indices, (index) => items[index]!);
      const whole = Float32Array.from(of.flatMap((item) => [item, item + 0.25, item, item]));
      const part = Float32Array.from(of.flatMap((item) => [item, item, item]));
      return {
        x: { whole: fromData(whole, [of.length, 2, 2]), part: fromData(part, [of.length, 3]) },
        y: fromData(Float32Array.from(of, (item) => item % 3)),
      };
    },
  });
}

/** All values of an epoch, batch by batch. */
export async function valuesOf(
  dataset: Dataset<{ readonly whole: Tensor; readonly part: Tensor }, Tensor>,
): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const { x, y } of dataset) {
    found.push([x.whole.shape, await x.whole.array(), await x.part.array(), await y.array()]);
  }
  return found;
}
