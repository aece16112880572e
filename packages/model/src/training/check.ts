// Data looked at on the host before it trains anything: NaN and wrong labels are found where they are, not as a NaN loss.
import { listOf } from '@nablajs/layers';
import type { Loss } from '@nablajs/losses';
import { ConfigError, type HostArray, type Spec, sizeOf, type Tensor } from '@nablajs/tensor';
import type { AnyModel } from '../model.ts';
import { layerLabel, outputLayer } from '../names.ts';
import { type BatchPlace, checkInputs, hostData, sampleAt } from './check-inputs.ts';
import type { StepBatch, Steps } from './steps.ts';

/** Looks at inputs and labels of a batch. Throws ConfigError at the first NaN or wrong label that is on the host. */
export function checkBatch(model: AnyModel, steps: Steps, { x, y }: StepBatch, place: BatchPlace): void {
  checkInputs(model, x, place);
  const predictions = listOf<Spec>(model.outputSpec(asSpecs(x, model)));
  for (const [i, { loss }] of steps.objectives.entries()) {
    const labels = y[i] ? hostData(y[i]) : null;
    if (!labels || !loss) continue;
    try {
      loss.checkLabels(labels, y[i]!.spec, predictions[i]!);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const at = wrongSample(loss, labels, y[i]!.spec, predictions[i]!);
      const sample = sampleAt(place, at);
      // Losses count within the batch they are given.
      throw new ConfigError(sample === at ? error.detail : `${error.detail} In the data it is sample ${sample}.`, {
        path: outputLabel(model, i),
        cause: error,
      });
    }
  }
}

/** The first sample of a batch whose label is refused. */
function wrongSample(loss: Loss, labels: HostArray, { shape, dtype }: Spec, prediction: Spec): number {
  const perSample = sizeOf(shape.slice(1));
  const one = (spec: Spec): Spec => ({ ...spec, shape: [1, ...spec.shape.slice(1)] });
  for (let i = 0; i < shape[0]!; i++) {
    try {
      const own = labels.subarray(i * perSample, (i + 1) * perSample);
      loss.checkLabels(own, one({ shape, dtype }), one(prediction));
    } catch {
      return i;
    }
  }
  return 0;
}

function asSpecs(x: readonly Tensor[], model: AnyModel): Spec | readonly Spec[] {
  return model.inputPlaces.form === 'one' ? x[0]!.spec : x.map(({ spec }) => spec);
}

function outputLabel(model: AnyModel, at: number): string {
  const layer = outputLayer(model, at);
  return layer ? layerLabel(layer) : `output '${model.outputPlaces.names[at]}'`;
}
