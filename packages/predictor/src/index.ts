export { type ExportPredictorOptions, exportPredictor, type Predictable } from './export/export.ts';
export { type LoadPredictorOptions, loadPredictor } from './load.ts';
export {
  Predictor,
  type PredictorOutput,
  type PredictorPlace,
  type PredictorRunOptions,
  type PredictorValues,
} from './predictor.ts';
