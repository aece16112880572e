// Data looked at on the host before it trains anything: NaN and wrong labels are found where they are, not as a NaN loss.
import { listOf } from '@nablajs/layers';
import { ConfigError, type HostArray, type Spec, sizeOf, type Tensor } from '@nablajs/tensor';
import type { AnyModel } from '../model.ts';
import { layerLabel, outputLayer } from '../names.ts';
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

/** Throws ConfigError at the first NaN of inputs that are on the host, naming the layer it would enter. */
export function checkInputs(model: AnyModel, inputs: readonly Tensor[], offset: number): void {
  for (const [i, x] of inputs.entries()) {
    const data = hostData(x);
    if (!data || x.dtype !== 'float32') continue;
    const at = data.findIndex((value: number) => Number.isNaN(value));
    if (at < 0) continue;
    const perSample = Math.max(1, sizeOf(x.shape.slice(1)));
    throw new ConfigError(
      `the input holds NaN, first in sample ${offset + Math.floor(at / perSample)}, element ${at % perSample}. Clean the data, or replace NaN before training.`,
      { path: inputs.length > 1 ? `input '${model.inputPlaces.names[i]}'` : layerLabel(model.layers[0]!) },
    );
  }
}

function asSpecs(x: readonly Tensor[], model: AnyModel): Spec | readonly Spec[] {
  return model.inputPlaces.form === 'one' ? x[0]!.spec : x.map(({ spec }) => spec);
}

function outputLabel(model: AnyModel, at: number): string {
  const layer = outputLayer(model, at);
  return layer ? layerLabel(layer) : `output '${model.outputPlaces.names[at]}'`;
}

function hostData(x: Tensor): HostArray | null {
  return x.node.source?.kind === 'host' ? x.node.source.data : null;
}
