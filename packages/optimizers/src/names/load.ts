// Optimizers by their names, each fetched when it is asked for: who trains with one need not load all.

import type { Optimizer } from '../base/optimizer.ts';
import { type OptimizerType, optimizerType } from './names.ts';

type Family = () => Promise<object>;

const adadelta: Family = () => import('../rules/adadelta.ts');
const adafactor: Family = () => import('../rules/adafactor.ts');
const adagrad: Family = () => import('../rules/adagrad.ts');
const adam: Family = () => import('../rules/adam.ts');
const adamax: Family = () => import('../rules/adamax.ts');
const adan: Family = () => import('../rules/adan.ts');
const asgd: Family = () => import('../rules/asgd.ts');
const ftrl: Family = () => import('../rules/ftrl.ts');
const lamb: Family = () => import('../rules/lamb.ts');
const lbfgs: Family = () => import('../rules/lbfgs/lbfgs.ts');
const lion: Family = () => import('../rules/lion.ts');
const lossScale: Family = () => import('../wrappers/loss-scale.ts');
const multi: Family = () => import('../wrappers/multi.ts');
const muon: Family = () => import('../rules/muon.ts');
const nadam: Family = () => import('../rules/nadam.ts');
const radam: Family = () => import('../rules/radam.ts');
const rmsprop: Family = () => import('../rules/rmsprop.ts');
const rprop: Family = () => import('../rules/rprop.ts');
const scheduleFree: Family = () => import('../rules/schedule-free.ts');
const sgd: Family = () => import('../rules/sgd.ts');
const sparseAdam: Family = () => import('../rules/sparse-adam.ts');

const FAMILIES: Readonly<Record<OptimizerType, Family>> = {
  SGD: sgd,
  RMSprop: rmsprop,
  Adam: adam,
  AdamW: adam,
  Adagrad: adagrad,
  Adadelta: adadelta,
  Adamax: adamax,
  Nadam: nadam,
  RAdam: radam,
  Adan: adan,
  Ftrl: ftrl,
  Lion: lion,
  Lamb: lamb,
  Adafactor: adafactor,
  Muon: muon,
  ScheduleFreeAdamW: scheduleFree,
  Rprop: rprop,
  ASGD: asgd,
  LossScaleOptimizer: lossScale,
  SparseAdam: sparseAdam,
  LBFGS: lbfgs,
  MultiOptimizer: multi,
};

/**
 * As {@link optimizerNamed}, but nothing is imported beside the optimizer that is asked for.
 * @throws ConfigError when nobody knows the name, saying which package to install
 */
export async function loadOptimizer(name: string): Promise<Optimizer> {
  const type = optimizerType(name);
  const family = (await FAMILIES[type]()) as Readonly<Record<OptimizerType, new (config: object) => Optimizer>>;
  return new family[type]({});
}
