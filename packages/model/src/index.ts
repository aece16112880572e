// Callbacks
export type { Callback, Logs, TrainingPlan } from './callbacks/callback.ts';
export { EarlyStopping, type EarlyStoppingOptions } from './callbacks/early-stopping.ts';
export { History } from './callbacks/history.ts';
// Files
export { type LoadOptions, loadModel, modelFromBytes, type Plugin } from './files/load.ts';
export type { ModelJSON } from './files/model-file.ts';
export { readSafetensors, type Safetensors, type StoredTensor, writeSafetensors } from './files/safetensors.ts';
export type { FlopsReport } from './flops.ts';
export { Model } from './model.ts';
export { duration, Progress, type ProgressSink, type ProgressState, progressLine } from './progress.ts';
export { Sequential, type SequentialOptions } from './sequential.ts';
export type { Compilation, CompileModelOptions, TrainingSetup } from './training/compilation.ts';
export type { EvaluateOptions } from './training/evaluate.ts';
// Training
export type { FitOptions } from './training/fit.ts';
export type { ModelData } from './training/input.ts';
export type { PredictOptions } from './training/predict.ts';
export type { ClassWeight } from './training/steps.ts';
