// How much each sample counts: weights given with the data, weights of its class, and the mask of its prediction.
import { ConfigError, fromData, gather, isRecord, type Tensor } from '@nablajs/tensor';
import { type Places, perPlace } from '../topology/structure.ts';

/** Weights of classes by their number, `{ 0: 1, 1: 5 }`. */
export type ClassWeight = Readonly<Record<number, number>>;

/** Weights of classes; for models with several outputs a record of them under the outputs' names. */
export type ClassWeights = ClassWeight | Readonly<Record<string, ClassWeight>>;

/** The class weights of each output; `null` for one without. Throws ConfigError for a name that is no output. */
export function classWeightsPerOutput(
  given: ClassWeights | undefined,
  places: Places,
): readonly (ClassWeight | null)[] {
  if (given === undefined) return places.names.map(() => null);
  if (Object.values(given).some((value) => isRecord(value))) {
    const complete = { ...Object.fromEntries(places.names.map((name) => [name, {}])), ...given };
    const found = perPlace<ClassWeight>('fit: classWeight', complete, places);
    return found.map((weights) => (Object.keys(weights).length > 0 ? checked(weights) : null));
  }
  if (places.names.length === 1) return [checked(given as ClassWeight)];
  throw new ConfigError(
    `fit: classWeight of a model with ${places.names.length} outputs says which output is meant: { ${places.names[0]}: { 0: 1, 1: 5 } }.`,
  );
}

function checked(weights: ClassWeight): ClassWeight {
  for (const [label, weight] of Object.entries(weights)) {
    if (Number.isInteger(Number(label)) && Number(label) >= 0 && Number.isFinite(weight)) continue;
    throw new ConfigError(
      `fit: classWeight must give numbers to class numbers, as in { 0: 1, 1: 5 }; got ${JSON.stringify(label)}: ${typeof weight === 'number' ? weight : JSON.stringify(weight)}.`,
    );
  }
  return weights;
}

/** Sample weights times those of the samples' classes. */
export function withClassWeight(
  weight: Tensor | null,
  truth: Tensor | null,
  classWeight: ClassWeight | null,
): Tensor | null {
  if (!classWeight || !truth) return weight;
  const isOneHot = truth.rank > 1 && truth.shape.at(-1)! > 1;
  const classes = Math.max(...Object.keys(classWeight).map(Number), isOneHot ? truth.shape.at(-1)! - 1 : 0) + 1;
  // One more, for all classes beyond those that were named.
  const table = fromData(Float32Array.from({ length: classes + 1 }, (_, label) => classWeight[label] ?? 1));
  const labels = isOneHot ? truth.argMax(-1) : truth.reshape([truth.shape[0]!]).cast('int32');
  const weights = gather(table, labels.minimum(classes), 0);
  return weight ? weight.mul(weights) : weights;
}

/** Weights under a mask: what is masked counts nothing. */
export function masked(weight: Tensor | null, mask: Tensor | null): Tensor | null {
  if (!mask) return weight;
  const kept = mask.cast('float32');
  if (!weight) return kept;
  const open = kept.shape.slice(weight.rank).map(() => 1);
  return kept.mul(weight.reshape([...weight.shape, ...open]));
}
