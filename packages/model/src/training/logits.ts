// Losses of probabilities also take logits when they are told so. Whether an output gives what its loss takes it for is seen
// from its activation, or else from the first batch. Fetched for such losses only, so it imports nothing that others need.
import type { AnyLayer } from '@nablajs/layers';
import type { Loss } from '@nablajs/losses';
import { RandomStream, type Tensor, withRandomStream } from '@nablajs/tensor';
import { activationOf, kindByActivation, strayOutput } from './kinds.ts';

/** An output beside its loss. */
export interface Head {
  readonly loss: Loss | null;
  /** The layer that makes it, where it is known. */
  readonly layer: AnyLayer | undefined;
  /** How messages name it. */
  readonly label: string;
}

/** Says so when an output gives numbers of any size where the loss takes probabilities, or the other way round. */
export function warnOfActivations(model: string, heads: readonly Head[]): void {
  for (const { loss, layer, label } of heads) {
    const { fromLogits } = optionsOf(loss);
    const activation = layer && activationOf(layer);
    if (!loss || fromLogits === undefined || !activation) continue;
    if (!fromLogits && activation === 'linear') {
      warn(
        model,
        `${loss.type} takes probabilities, but ${label} gives numbers of any size. ` +
          `Give it activation: '${probabilitiesOf(loss)}', or the loss fromLogits: true.`,
      );
    } else if (fromLogits && kindByActivation(layer) === 'probabilities') {
      warn(
        model,
        `${loss.type} was told fromLogits: true, but ${label} gives probabilities already, by its ${activation}. ` +
          'Leave out one of the two.',
      );
    }
  }
}

/**
 * Says so when outputs for a batch are not what their losses take them for, and no activation told.
 * @param outputsOf gives them, where somebody wants to look
 */
export async function lookAtOutputs(
  model: string,
  heads: readonly Head[],
  isStateful: () => boolean,
  outputsOf: () => readonly Tensor[],
): Promise<void> {
  // Looking would move the states of recurrent layers that keep theirs.
  if (!heads.some(isDoubtful) || isStateful()) return;
  // What is drawn here must not change what training draws.
  const outputs = withRandomStream(new RandomStream(0), outputsOf);
  for (const [i, head] of heads.entries()) {
    if (!isDoubtful(head)) continue;
    const values = await outputs[i]!.data();
    if (!values.every(Number.isFinite)) continue;
    const warning = warningFor(head.loss!, head.label, strayOutput(values, widthOf(head.loss!, outputs[i]!)));
    if (warning !== null) warn(model, warning);
  }
}

function warn(model: string, text: string): void {
  console.warn(`model '${model}': ${text}`);
}

function optionsOf(loss: Loss | null): { readonly fromLogits?: boolean; readonly axis?: number } {
  return (loss?.config ?? {}) as { readonly fromLogits?: boolean; readonly axis?: number };
}

/** Whether a loss wants to know what an output gives, which nothing but its values tells. */
function isDoubtful({ loss, layer }: Head): boolean {
  const { fromLogits, axis = -1 } = optionsOf(loss);
  return fromLogits !== undefined && axis === -1 && !(layer && kindByActivation(layer));
}

/** A row is what adds up to 1: one number for losses of yes-or-no decisions. */
function widthOf(loss: Loss, output: Tensor): number {
  return isBinary(loss) ? 1 : output.shape.at(-1)!;
}

function warningFor(loss: Loss, label: string, stray: string | null): string | null {
  const { fromLogits } = optionsOf(loss);
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

/** The activation that makes what a loss takes. */
function probabilitiesOf(loss: Loss): string {
  return isBinary(loss) ? 'sigmoid' : 'softmax';
}

function isBinary({ type }: Loss): boolean {
  return type.startsWith('Binary');
}
