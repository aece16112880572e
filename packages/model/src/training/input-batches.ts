// What is predicted from, in batches. Pages that only predict do without the package of data sets.
import type { Dataset } from '@nablajs/data';
import { fromData, ShapeError, sizeOf, type Tensor } from '@nablajs/tensor';
import type { AnyModel } from '../model.ts';
import { inForm, type Places } from '../topology/structure.ts';
import type { ModelInput } from './input.ts';
import { givenInputs } from './inputs.ts';
import { isBatches } from './is-batches.ts';
import type { Batches } from './source.ts';
import { begin, read } from './walk.ts';

/**
 * The inputs in batches of `size`; those that come in batches, as they have them.
 * @throws ShapeError for a single number, and for inputs of different lengths
 */
export async function* inputBatches(
  model: AnyModel,
  x: ModelInput | Dataset | Batches,
  size: number,
): AsyncGenerator<unknown> {
  if (isBatches(x)) {
    if ('epoch' in x) {
      for await (const batch of x.epoch(null)) yield batch.x;
      return;
    }
    // Not closed at the end: what is left unread stays the caller's.
    const walk = begin(x);
    for (let next = await walk.next(); !next.done; next = await walk.next()) yield read(next.value).x;
    return;
  }
  const { inputs, places } = givenInputs('predict', model, x);
  const count = countOf(inputs, places);
  if (count <= size) {
    if (count > 0) yield inForm(inputs, places.form);
    return;
  }
  const values = await Promise.all(inputs.map((input) => input.data()));
  for (let i = 0; i < count; i += size) {
    const end = Math.min(i + size, count);
    const part = inputs.map(({ shape, dtype }, at) => {
      const row = sizeOf(shape.slice(1));
      return fromData(values[at]!.subarray(i * row, end * row), [end - i, ...shape.slice(1)], dtype);
    });
    yield inForm(part, places.form);
  }
}

function countOf(inputs: readonly Tensor[], { names }: Places): number {
  const counts = inputs.map(({ shape }) => shape[0]);
  if (counts.includes(undefined))
    throw new ShapeError('predict: the input is a single number. Its first axis must count the samples.');
  const odd = counts.findIndex((count) => count !== counts[0]);
  if (odd < 0) return counts[0] ?? 0;
  throw new ShapeError(
    `predict: '${names[0]}' has ${counts[0]} samples, '${names[odd]}' has ${counts[odd]}. Each input needs one row per sample.`,
  );
}
