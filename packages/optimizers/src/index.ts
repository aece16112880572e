// The idea of an optimizer, and finding one by name

export type { ClipConfig } from './base/clip.ts';
export * from './base/optimizer.ts';
export type {
  OptimizerConfig,
  OptimizerJSON,
  OptimizerOptions,
  SlotTensors,
  Update,
  UpdateCall,
} from './base/options.ts';
export * from './names/load.ts';
export * from './names/named.ts';
export * from './names/names.ts';
export * from './names/registry.ts';

// Rules

export * from './rules/adadelta.ts';
export * from './rules/adafactor.ts';
export * from './rules/adagrad.ts';
export * from './rules/adam.ts';
export * from './rules/adamax.ts';
export * from './rules/adan.ts';
export * from './rules/asgd.ts';
export * from './rules/ftrl.ts';
export * from './rules/lamb.ts';
export * from './rules/lbfgs/lbfgs.ts';
export type { Evaluation, MinimizeOptions, MinimizeResult } from './rules/lbfgs/minimize.ts';
export * from './rules/lion.ts';
export * from './rules/muon.ts';
export * from './rules/nadam.ts';
export * from './rules/radam.ts';
export * from './rules/rmsprop.ts';
export * from './rules/rprop.ts';
export * from './rules/schedule-free.ts';
export * from './rules/sgd.ts';
export * from './rules/sparse-adam.ts';

// Optimizers made of optimizers

export * from './wrappers/loss-scale.ts';
export * from './wrappers/multi.ts';

// Learning rates

export * from './schedules/index.ts';
