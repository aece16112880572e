// Data looked at on the host before it trains anything: NaN and wrong labels are found where they are, not as a NaN loss.
import { listOf } from '@nablajs/layers';
import { ConfigError, type Spec, type Tensor } from '@nablajs/tensor';
import type { AnyModel } from '../model.ts';
import { layerLabel, outputLayer } from '../names.ts';
import { checkInputs, hostData } from './check-inputs.ts';
import type { StepBatch, Steps } from './steps.ts';

/** Looks at inputs and labels of a batch. Throws ConfigError at the first NaN or wrong label that is on the host. */
export function checkBatch(model: AnyModel, steps: Steps, { x, y }: StepBatch, offset: number): void {
  checkInputs(model, x, offset);
  const predictions = listOf<Spec>(model.outputSpec(asSpecs(x, model)));
  for (const [i, { loss }] of steps.objectives.entries()) {
    const labels = y[i] ? hostData(y[i]) : null;
    if (!labels || !loss) continue;
    try {
      loss.checkLabels(labels, y[i]!.spec, predictions[i]!);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      throw new ConfigError(error.detail, { path: outputLabel(model, i), cause: error });
    }
  }
}

function asSpecs(x: readonly Tensor[], model: AnyModel): Spec | readonly Spec[] {
  return model.inputPlaces.form === 'one' ? x[0]!.spec : x.map(({ spec }) => spec);
}

function outputLabel(model: AnyModel, at: number): string {
  const layer = outputLayer(model, at);
  return layer ? layerLabel(layer) : `output '${model.outputPlaces.names[at]}'`;
}
