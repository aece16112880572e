// The idea of an optimizer, and finding one by name

// Rules
export { Adadelta, Adadelta as AdaDelta, type AdadeltaConfig } from './adadelta.ts';
export { Adagrad, Adagrad as AdaGrad, type AdagradConfig } from './adagrad.ts';
export { Adam, type AdamConfig, AdamW } from './adam.ts';
export type { ClipConfig } from './clip.ts';
export { type LossScaleConfig, LossScaleOptimizer } from './loss-scale.ts';
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
export {
  builtinOptimizers,
  builtinSchedules,
  type OptimizerClass,
  type OptimizerInput,
  type OptimizerRegistry,
  optimizerFrom,
  type ScheduleClass,
  scheduleFrom,
} from './registry.ts';
export { RMSprop, type RMSpropConfig } from './rmsprop.ts';
// Learning rates
export { Schedule, type ScheduleJSON } from './schedule.ts';
export * from './schedules.ts';
export { SGD, type SGDConfig } from './sgd.ts';
