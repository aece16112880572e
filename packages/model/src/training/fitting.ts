// Whether targets, outputs and losses go together, seen from their shapes alone, before anything is trained.
import { type NablaError, ShapeError, type Spec, shapesOnly, zeros } from '@nablajs/tensor';
import type { AnyModel } from '../model.ts';
import { layerLabel, outputLayer } from '../names.ts';
import type { Objective } from './objective.ts';

/**
 * Looks at the specs of truths and predictions.
 * @throws ShapeError or ConfigError naming the layer of the output, when a loss cannot take them
 */
export function checkFit(
  model: AnyModel,
  objectives: readonly Objective[],
  truths: readonly (Spec | null)[],
  predictions: readonly Spec[],
): void {
  for (const [i, { loss }] of objectives.entries()) {
    const truth = truths[i];
    if (!loss || !truth) continue;
    const layer = outputLayer(model, i);
    try {
      shapesOnly(() => loss.apply(blank(truth), blank(predictions[i]!)));
    } catch (error) {
      if (!(error instanceof ShapeError) || error.path !== undefined) throw error;
      const path = layer ? { path: layerLabel(layer) } : {};
      throw new ShapeError(cured((error as NablaError).detail, truth, predictions[i]!), { ...path, cause: error });
    }
  }
}

/** What a loss says of shapes, with the cure that the model needs. */
function cured(detail: string, truth: Spec, prediction: Spec): string {
  const [given, found] = [truth.shape.length, prediction.shape.length];
  if (found > 2 && found > given) {
    // With too many axes, what a loss advises leads elsewhere.
    const [first] = detail.split('. ');
    return `${first}. The output has ${found} axes: a Flatten() or a global pooling before the last layers makes one row per sample of them.`;
  }
  const [columns, units] = [truth.shape.at(-1) ?? 1, prediction.shape.at(-1) ?? 1];
  if (
    given !== found ||
    found < 2 ||
    columns === units ||
    !detail.startsWith('Each predicted', detail.indexOf('. ') + 2)
  ) {
    return detail;
  }
  const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
  return `${detail} Give the last layer ${counted(columns, 'unit')}, or the targets ${counted(units, 'column')}.`;
}

function blank({ shape, dtype }: Spec): ReturnType<typeof zeros> {
  return zeros(shape, dtype);
}
