// Outputs as those see them who ask what their numbers are.
import { type AnyLayer, listOf } from '@nablajs/layers';
import type { Tensor } from '@nablajs/tensor';
import type { AnyModel } from '../model.ts';
import { layerLabel, outputLayer } from '../names.ts';
import { asValue } from '../topology/structure.ts';
import type { Head } from './logits.ts';
import type { Objective } from './objective.ts';

/** All outputs in their order, if one of the losses tells logits from probabilities; else none. */
export function headsOf(model: AnyModel, objectives: readonly Objective[]): readonly Head[] {
  if (!objectives.some(({ loss }) => loss && 'fromLogits' in loss.config)) return [];
  return objectives.map(({ loss }, i) => {
    const layer = outputLayer(model, i);
    return { loss, layer, label: layer ? layerLabel(layer) : `output '${model.outputPlaces.names[i]}'` };
  });
}

/** Outputs for a batch, as they are without training. */
export function outputsFor(model: AnyModel, x: readonly Tensor[]): readonly Tensor[] {
  return listOf<Tensor>(model.apply(asValue(x, model.inputPlaces.form), { training: false }));
}

/** Whether a layer inside keeps its state from batch to batch. */
export function isStateful(layer: AnyLayer): boolean {
  return ('states' in layer && isKept(layer)) || layer.sublayers().some(isStateful);
}

function isKept({ config }: AnyLayer): boolean {
  return (config as { readonly stateful?: boolean }).stateful === true;
}
