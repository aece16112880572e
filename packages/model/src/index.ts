// Callbacks
export { BackupAndRestore, type BackupAndRestoreOptions } from './callbacks/backup-and-restore.ts';
export type { Callback, CallbackState, Logs, TrainingPlan } from './callbacks/callback.ts';
export { CSVLogger, type CSVLoggerOptions } from './callbacks/csv-logger.ts';
export { EarlyStopping, type EarlyStoppingOptions } from './callbacks/early-stopping.ts';
export { History } from './callbacks/history.ts';
export { LambdaCallback } from './callbacks/lambda.ts';
export {
  type EpochSchedule,
  LearningRateScheduler,
  ReduceLROnPlateau,
  type ReduceLROnPlateauOptions,
} from './callbacks/learning-rate.ts';
export { MagnitudePruning, type MagnitudePruningOptions } from './callbacks/magnitude-pruning.ts';
export { ModelCheckpoint, type ModelCheckpointOptions } from './callbacks/model-checkpoint.ts';
export type { MonitorMode } from './callbacks/monitor.ts';
export { RemoteMonitor, type RemoteMonitorOptions } from './callbacks/remote-monitor.ts';
export { SwapEMAWeights, type SwapEMAWeightsOptions } from './callbacks/swap-ema-weights.ts';
export { TensorBoard, type TensorBoardOptions } from './callbacks/tensorboard/tensorboard.ts';
export { TerminateOnNaN } from './callbacks/terminate-on-nan.ts';
export { checksumOf } from './files/checksum.ts';
// Files
export { type LoadOptions, loadModel, modelFromBytes } from './files/load.ts';
export type { Plugin } from './files/plugin.ts';
export { readSafetensors, type Safetensors, type StoredTensor, writeSafetensors } from './files/safetensors.ts';
export type { LoadedWeights, LoadWeightsOptions } from './files/weights-file.ts';
export type { FlopsReport } from './flops.ts';
export { type AnyModel, Model, type TrainLogs } from './model.ts';
export { duration, Progress, type ProgressSink, type ProgressState, progressLine } from './progress.ts';
export { Sequential, type SequentialConfig, type SequentialOptions } from './sequential.ts';
export type { FunctionalOptions } from './topology/network.ts';
export type { Structure, TensorsIn, ValueIn } from './topology/structure.ts';
export type { Compilation, CompileModelOptions, MetricsInput, PerOutput } from './training/compilation.ts';
export type { EvaluateOptions } from './training/evaluate.ts';
// Training
export type { FitOptions } from './training/fit.ts';
export type { ModelData, ModelInput } from './training/input.ts';
export type { TestOnBatchOptions, TrainOnBatchOptions } from './training/on-batch.ts';
export { type OutputKind, outputKind } from './training/output-kind.ts';
export type { PredictOptions } from './training/predict.ts';
export type { TrainingPosition, TrainingSession } from './training/session.ts';
export type { Batches, BatchInput } from './training/source.ts';
export type { TrainBatch } from './training/steps.ts';
export type { ClassWeight, ClassWeights } from './training/weights.ts';
