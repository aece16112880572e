import type { Tensor } from '@nablajs/tensor';
import type { AnyModel } from '../model.ts';
import { outputLayer } from '../names.ts';
import { kindByActivation, type OutputKind, strayOutput } from './kinds.ts';

/**
 * What an output of a classifier gives: as its last activation says, or else as the outputs for some samples look.
 * Probabilities of several classes add up to 1 along the last axis; those of a yes-or-no decision lie between 0 and 1.
 * @param prediction outputs for some samples, `[batch, ...]`
 * @param at which output, for models with several. Default the first
 * @example
 * const kind = await outputKind(model, await model.predict(samples));
 * model.compile({ loss: new SparseCategoricalCrossentropy({ fromLogits: kind === 'logits' }) });
 */
export async function outputKind(
  model: Pick<AnyModel, 'graph' | 'layers'>,
  prediction: Tensor,
  at: number = 0,
): Promise<OutputKind> {
  const layer = outputLayer(model, at);
  const known = layer && kindByActivation(layer);
  if (known) return known;
  const width = prediction.rank > 1 ? prediction.shape.at(-1)! : 1;
  return strayOutput(await prediction.data(), width) === null ? 'probabilities' : 'logits';
}
