// Outputs for the first batch, looked at where no activation tells whether a loss can take them.
import { type AnyLayer, listOf } from '@nablajs/layers';
import type { Loss } from '@nablajs/losses';
import { RandomStream, type Tensor, withRandomStream } from '@nablajs/tensor';
import type { AnyModel } from '../model.ts';
import { layerLabel, outputLayer } from '../names.ts';
import { asValue } from '../topology/structure.ts';
import { probabilitiesOf } from './fitting.ts';
import type { Objective } from './objective.ts';
import { kindByActivation, strayOutput } from './output-kind.ts';

/** Says so when outputs for a batch are not what their losses take them for, and no activation told. */
export async function lookAtOutputs(
  model: AnyModel,
  objectives: readonly Objective[],
  x: readonly Tensor[],
): Promise<void> {
  const doubtful = [...objectives.keys()].filter((i) => isDoubtful(model, objectives, i));
  // Looking would move the states of recurrent layers that keep theirs.
  if (doubtful.length === 0 || isStateful(model)) return;
  // What is drawn here must not change what training draws.
  const outputs = withRandomStream(new RandomStream(0), () =>
    listOf<Tensor>(model.apply(asValue(x, model.inputPlaces.form), { training: false })),
  );
  for (const i of doubtful) {
    const values = await outputs[i]!.data();
    if (!values.every(Number.isFinite)) continue;
    const warning = warningFor(
      model,
      objectives[i]!.loss!,
      i,
      strayOutput(values, widthOf(objectives[i]!, outputs[i]!)),
    );
    if (warning !== null) console.warn(`model '${model.name}': ${warning}`);
  }
}

/** Whether a loss wants to know what an output gives, which nothing but its values tells. */
function isDoubtful(model: AnyModel, objectives: readonly Objective[], at: number): boolean {
  const { loss } = objectives[at]!;
  const { fromLogits, axis = -1 } = (loss?.config ?? {}) as { readonly fromLogits?: boolean; readonly axis?: number };
  const layer = outputLayer(model, at);
  return fromLogits !== undefined && axis === -1 && !(layer && kindByActivation(layer));
}

/** A row is what adds up to 1: one number for losses of yes-or-no decisions. */
function widthOf({ loss }: Objective, output: Tensor): number {
  return isBinary(loss!) ? 1 : output.shape.at(-1)!;
}

function warningFor(model: AnyModel, loss: Loss, at: number, stray: string | null): string | null {
  const { fromLogits } = loss.config as { readonly fromLogits?: boolean };
  const layer = outputLayer(model, at);
  const label = layer ? layerLabel(layer) : `output '${model.outputPlaces.names[at]}'`;
  if (!fromLogits && stray !== null) {
    return (
      `${loss.type} takes probabilities, but ${label} gives ${stray}, as the first batch shows. ` +
      `End the model with a ${probabilitiesOf(loss)}, or give the loss fromLogits: true.`
    );
  }
  // Small logits of yes-or-no decisions may all lie between 0 and 1; several do not add up to 1 by chance.
  if (!fromLogits || stray !== null || isBinary(loss)) return null;
  return (
    `${loss.type} was told fromLogits: true, but ${label} gives probabilities already, which add up to 1. ` +
    'Leave out fromLogits.'
  );
}

function isBinary({ type }: Loss): boolean {
  return type.startsWith('Binary');
}

function isStateful(layer: AnyLayer): boolean {
  return ('states' in layer && isKept(layer)) || layer.sublayers().some(isStateful);
}

function isKept({ config }: AnyLayer): boolean {
  return (config as { readonly stateful?: boolean }).stateful === true;
}
