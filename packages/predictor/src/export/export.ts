import { resolveBackend, weightNames } from '@nablajs/tensor';
import { predictorFile } from '../format.ts';
import { batchesFor, type ExportOptions } from './any-batch.ts';
import { forwardOf, type Predictable } from './forward.ts';

/** Options of {@link exportPredictor}. */
export interface ExportPredictorOptions extends ExportOptions {}

/**
 * A trained model's computation and weights as one file, for `loadPredictor`: a page that predicts with it loads neither
 * layers nor tensors, and needs no code of plugins. The file is safetensors; nothing in it is executed but ops.
 * Dropout and the like are left out, as in `predict`.
 * @param model a built model (`predict` or `build` it once)
 * @throws ConfigError for a model that is not built or needs `batchSize`; UnsupportedOpError for ops that the backend
 * cannot run, and for models that draw random numbers
 * @example await writeFile('digits.predictor', await exportPredictor(model));
 */
export async function exportPredictor(model: Predictable, options: ExportPredictorOptions = {}): Promise<Uint8Array> {
  const { batchSize = 'any', backend = await resolveBackend() } = options;
  const caller = 'exportPredictor';
  const batches = batchesFor(caller, batchSize);
  const { stored, weights, constants } = await forwardOf(model, {
    caller,
    batches,
    capabilities: backend.capabilities,
  });
  const names = weightNames({ weights });
  const values = [...weights.map(({ value }) => value), ...constants];
  const tensors = new Map(
    [...names, ...stored.constants].map((name, i) => [name, { ...values[i]!.spec, data: values[i]!.data }]),
  );
  const json = JSON.stringify({ ...stored, weights: names });
  return predictorFile(json, tensors);
}
