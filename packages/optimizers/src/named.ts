// All optimizers by their names. Schedules, which only JSON has inside, are not among what this fetches.
import { classNamed } from '@nablajs/tensor';
import { Adadelta } from './adadelta.ts';
import { Adafactor } from './adafactor.ts';
import { Adagrad } from './adagrad.ts';
import { Adam, AdamW } from './adam.ts';
import { Adamax } from './adamax.ts';
import { Adan } from './adan.ts';
import { ASGD } from './asgd.ts';
import { Ftrl } from './ftrl.ts';
import { Lamb } from './lamb.ts';
import { LBFGS } from './lbfgs/lbfgs.ts';
import { Lion } from './lion.ts';
import { LossScaleOptimizer } from './loss-scale.ts';
import { MultiOptimizer } from './multi.ts';
import { Muon } from './muon.ts';
import { Nadam } from './nadam.ts';
import type { OptimizerType } from './names.ts';
import type { Optimizer } from './optimizer.ts';
import { RAdam } from './radam.ts';
import { RMSprop } from './rmsprop.ts';
import { Rprop } from './rprop.ts';
import { ScheduleFreeAdamW } from './schedule-free.ts';
import { SGD } from './sgd.ts';
import { SparseAdam } from './sparse-adam.ts';

/** A class of optimizers, as files and names find it. */
export interface OptimizerClass {
  readonly type: string;
  new (options: never): Optimizer;
}

/** All optimizers of this package. */
export const builtinOptimizers: Readonly<Record<OptimizerType, OptimizerClass>> = {
  SGD,
  RMSprop,
  Adam,
  AdamW,
  Adagrad,
  Adadelta,
  Adamax,
  Nadam,
  RAdam,
  Adan,
  Ftrl,
  Lion,
  Lamb,
  Adafactor,
  Muon,
  ScheduleFreeAdamW,
  Rprop,
  ASGD,
  SparseAdam,
  LBFGS,
  LossScaleOptimizer,
  MultiOptimizer,
};

/**
 * An optimizer with its defaults, from its name: `adam`, `rmsprop`, `sgd`; upper and lower case do not matter.
 * @throws ConfigError when nobody knows the name, saying which package to install
 */
export function optimizerNamed(name: string): Optimizer {
  const Class = classNamed<OptimizerClass>('optimizer', name, builtinOptimizers);
  return new (Class as unknown as new (config: object) => Optimizer)({});
}
