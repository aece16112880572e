// The idea of an optimizer, and finding one by name

// Rules
export { Adadelta, Adadelta as AdaDelta, type AdadeltaConfig } from './adadelta.ts';
export { Adafactor, type AdafactorConfig } from './adafactor.ts';
export { Adagrad, Adagrad as AdaGrad, type AdagradConfig } from './adagrad.ts';
export { Adam, type AdamConfig, AdamW } from './adam.ts';
export { Adamax, type AdamaxConfig } from './adamax.ts';
export { Adan, type AdanConfig } from './adan.ts';
export { ASGD, type ASGDConfig } from './asgd.ts';
export type { ClipConfig } from './clip.ts';
export { Ftrl, type FtrlConfig } from './ftrl.ts';
export { Lamb, type LambConfig } from './lamb.ts';
export { LBFGS, type LBFGSConfig } from './lbfgs/lbfgs.ts';
export type { Evaluation, MinimizeOptions, MinimizeResult } from './lbfgs/minimize.ts';
export { Lion, type LionConfig } from './lion.ts';
export { loadOptimizer } from './load.ts';
export { type LossScaleConfig, LossScaleOptimizer } from './loss-scale.ts';
export { MultiOptimizer, type MultiOptimizerOptions } from './multi.ts';
export { Muon, type MuonConfig } from './muon.ts';
export { Nadam, type NadamConfig } from './nadam.ts';
export { builtinOptimizers, type OptimizerClass, optimizerNamed } from './named.ts';
export { type OptimizerType, optimizerType } from './names.ts';
export { Optimizer } from './optimizer.ts';
export type {
  OptimizerConfig,
  OptimizerJSON,
  OptimizerOptions,
  SlotTensors,
  Update,
  UpdateCall,
} from './options.ts';
export { RAdam, type RAdamConfig } from './radam.ts';
export {
  builtinSchedules,
  type OptimizerInput,
  type OptimizerRegistry,
  optimizerFrom,
  type ScheduleClass,
  scheduleFrom,
} from './registry.ts';
export { RMSprop, type RMSpropConfig } from './rmsprop.ts';
export { Rprop, type RpropConfig } from './rprop.ts';
export { ScheduleFreeAdamW, type ScheduleFreeAdamWConfig } from './schedule-free.ts';
// Learning rates
export * from './schedules/index.ts';
export { SGD, type SGDConfig } from './sgd.ts';
export { SparseAdam } from './sparse-adam.ts';
