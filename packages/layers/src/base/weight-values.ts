// The values of a layer's weights, read and set together.
import {
  ConfigError,
  formatShape,
  fromData,
  isTensor,
  type NestedArray,
  ShapeError,
  sameShape,
  type Tensor,
  tensor,
  type Variable,
} from '@nablajs/tensor';

/** The values of weights, in their order, as tensors without a history. */
export async function valuesOf(weights: readonly Variable[]): Promise<readonly Tensor[]> {
  const values = await Promise.all(weights.map(({ value }) => value.data()));
  return weights.map(({ shape, dtype }, i) => fromData(values[i]!, shape, dtype));
}

/**
 * Sets weights, in their order.
 * @param owner whose they are, for messages: `"dense_1" (Dense)`
 * @throws ConfigError for another number of values; ShapeError for one of another shape, before any is set
 */
export function setValues(
  owner: string,
  weights: readonly Variable[],
  values: readonly (Tensor | NestedArray)[],
): void {
  if (values.length !== weights.length) {
    throw new ConfigError(
      `${owner} has ${weights.length} weights, got ${values.length} values. Give them in the order of weights.`,
    );
  }
  const tensors = values.map((value, i) => (isTensor(value) ? value : tensor(value, weights[i]!.dtype)));
  const odd = tensors.findIndex(({ shape }, i) => !sameShape(shape, weights[i]!.shape));
  if (odd >= 0) {
    const { name, shape } = weights[odd]!;
    throw new ShapeError(`weight '${name}' is ${formatShape(shape)}, got ${formatShape(tensors[odd]!.shape)}.`);
  }
  for (const [i, weight] of weights.entries()) weight.assign(tensors[i]!);
}
