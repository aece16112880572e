import { isRecord, isTensor, ShapeError, type Tensor } from '@nablajs/tensor';
import type { AnyModel } from '../model.ts';
import { type Places, perPlace } from '../topology/structure.ts';
import { asBatch, inputsOf } from './inputs.ts';
import type { RawBatch } from './source.ts';
import type { StepBatch } from './steps.ts';

/**
 * A batch sorted out: a tensor per input, and truths and weights per output. Builds the model, which knows its outputs from then on.
 * @throws ConfigError when something is missing, or a name is unknown; ShapeError when the numbers of samples differ
 */
export function stepBatch(caller: string, model: AnyModel, { x, y, sampleWeight }: RawBatch): StepBatch {
  const inputs = inputsOf(caller, model, x);
  const outputs = model.outputPlaces;
  const none = outputs.names.map(() => null);
  const truths = y === undefined ? none : truthsOf(`${caller}: y`, y, outputs);
  const weights = sampleWeight === undefined ? none : weightsOf(`${caller}: sampleWeight`, sampleWeight, outputs);
  requireSamples(caller, inputs[0]!.shape[0]!, [
    ...inputs.map((each, i) => [`x '${model.inputPlaces.names[i]}'`, each] as const),
    ...truths.map((each, i) => [`y '${outputs.names[i]}'`, each] as const),
  ]);
  return { x: inputs, y: truths, sampleWeight: weights };
}

function truthsOf(caller: string, y: unknown, places: Places): readonly (Tensor | null)[] {
  const given = isRecord(y) ? { ...Object.fromEntries(places.names.map((name) => [name, null])), ...y } : y;
  return perPlace<unknown>(caller, given, places).map((each) => (each === null ? null : asBatch(caller, each)));
}

/** One weight per sample for all outputs, or weights for each. */
function weightsOf(caller: string, weights: unknown, places: Places): readonly (Tensor | null)[] {
  const isOne =
    isTensor(weights) || ArrayBuffer.isView(weights) || (Array.isArray(weights) && typeof weights[0] === 'number');
  if (!isOne) return truthsOf(caller, weights, places);
  const weight = asBatch(caller, weights);
  return places.names.map(() => weight);
}

function requireSamples(
  caller: string,
  samples: number,
  tensors: readonly (readonly [what: string, tensor: Tensor | null])[],
): void {
  for (const [what, each] of tensors) {
    if (each === null || each.shape[0] === samples) continue;
    throw new ShapeError(
      `${caller}: a batch has ${samples} samples in x, but ${each.shape[0] ?? 1} in ${what}. Each needs one row per sample, along the first axis.`,
    );
  }
}
