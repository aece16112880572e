// All optimizers by their names. Schedules, which only JSON has inside, are not among what this fetches.
import { classNamed } from '@nablajs/tensor';
import type { Optimizer } from '../base/optimizer.ts';
import { Adadelta } from '../rules/adadelta.ts';
import { Adafactor } from '../rules/adafactor.ts';
import { Adagrad } from '../rules/adagrad.ts';
import { Adam, AdamW } from '../rules/adam.ts';
import { Adamax } from '../rules/adamax.ts';
import { Adan } from '../rules/adan.ts';
import { ASGD } from '../rules/asgd.ts';
import { Ftrl } from '../rules/ftrl.ts';
import { Lamb } from '../rules/lamb.ts';
import { LBFGS } from '../rules/lbfgs/lbfgs.ts';
import { Lion } from '../rules/lion.ts';
import { Muon } from '../rules/muon.ts';
import { Nadam } from '../rules/nadam.ts';
import { RAdam } from '../rules/radam.ts';
import { RMSprop } from '../rules/rmsprop.ts';
import { Rprop } from '../rules/rprop.ts';
import { ScheduleFreeAdamW } from '../rules/schedule-free.ts';
import { SGD } from '../rules/sgd.ts';
import { SparseAdam } from '../rules/sparse-adam.ts';
import { LossScaleOptimizer } from '../wrappers/loss-scale.ts';
import { MultiOptimizer } from '../wrappers/multi.ts';
import type { OptimizerType } from './names.ts';

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
