// The idea of an optimizer, and finding one by name

export type { ClipConfig } from './clip.ts';
export * from './load.ts';
export * from './named.ts';
export * from './names.ts';
export * from './optimizer.ts';
export type {
  OptimizerConfig,
  OptimizerJSON,
  OptimizerOptions,
  SlotTensors,
  Update,
  UpdateCall,
} from './options.ts';
export * from './registry.ts';

// Rules

export * from './adadelta.ts';
export * from './adafactor.ts';
export * from './adagrad.ts';
export * from './adam.ts';
export * from './adamax.ts';
export * from './adan.ts';
export * from './asgd.ts';
export * from './ftrl.ts';
export * from './lamb.ts';
export * from './lbfgs/lbfgs.ts';
export type { Evaluation, MinimizeOptions, MinimizeResult } from './lbfgs/minimize.ts';
export * from './lion.ts';
export * from './muon.ts';
export * from './nadam.ts';
export * from './radam.ts';
export * from './rmsprop.ts';
export * from './rprop.ts';
export * from './schedule-free.ts';
export * from './sgd.ts';
export * from './sparse-adam.ts';

// Optimizers made of optimizers

export * from './loss-scale.ts';
export * from './multi.ts';

// Learning rates

export * from './schedules/index.ts';
