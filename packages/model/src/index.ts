// Models

export type { FlopsReport } from './flops.ts';
export * from './model.ts';
export * from './sequential.ts';
export type { FunctionalOptions } from './topology/network.ts';
export type { Structure, TensorsIn, ValueIn } from './topology/structure.ts';

// Training

export * from './progress.ts';
export type { Compilation, CompileModelOptions, MetricsInput, PerOutput } from './training/compilation.ts';
export type { EvaluateOptions } from './training/evaluate.ts';
export type { FitOptions } from './training/fit.ts';
export type { ModelData, ModelInput } from './training/input.ts';
export type { OutputKind } from './training/kinds.ts';
export type { TestOnBatchOptions, TrainOnBatchOptions } from './training/on-batch.ts';
export * from './training/output-kind.ts';
export type { PredictOptions } from './training/predict.ts';
export type { TrainingPosition, TrainingSession } from './training/session.ts';
export type { Batches, BatchInput } from './training/source.ts';
export type { Phase, TrainBatch } from './training/steps.ts';
export * from './training/traceable.ts';
export type { ClassWeight, ClassWeights } from './training/weights.ts';

// Callbacks

export * from './callbacks/backup-and-restore.ts';
export type { Callback, CallbackState, Logs, TrainingPlan } from './callbacks/callback.ts';
export * from './callbacks/csv-logger.ts';
export * from './callbacks/early-stopping.ts';
export * from './callbacks/history.ts';
export * from './callbacks/lambda.ts';
export * from './callbacks/learning-rate.ts';
export * from './callbacks/magnitude-pruning.ts';
export * from './callbacks/model-checkpoint.ts';
export type { MonitorMode } from './callbacks/monitor.ts';
export * from './callbacks/remote-monitor.ts';
export * from './callbacks/swap-ema-weights.ts';
export * from './callbacks/tensorboard/tensorboard.ts';
export * from './callbacks/terminate-on-nan.ts';

// Files

export * from './files/checksum.ts';
export * from './files/load.ts';
export type { Plugin } from './files/plugin.ts';
export * from './files/safetensors.ts';
export type { LoadedWeights, LoadWeightsOptions } from './files/weights-file.ts';
