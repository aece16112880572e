// Optimizers by their names, each fetched when it is asked for: who trains with one need not load all.
import { type OptimizerType, optimizerType } from './names.ts';
import type { Optimizer } from './optimizer.ts';

type Family = () => Promise<object>;

const adadelta: Family = () => import('./adadelta.ts');
const adafactor: Family = () => import('./adafactor.ts');
const adagrad: Family = () => import('./adagrad.ts');
const adam: Family = () => import('./adam.ts');
const adamax: Family = () => import('./adamax.ts');
const adan: Family = () => import('./adan.ts');
const asgd: Family = () => import('./asgd.ts');
const ftrl: Family = () => import('./ftrl.ts');
const lamb: Family = () => import('./lamb.ts');
const lbfgs: Family = () => import('./lbfgs/lbfgs.ts');
const lion: Family = () => import('./lion.ts');
const lossScale: Family = () => import('./loss-scale.ts');
const multi: Family = () => import('./multi.ts');
const muon: Family = () => import('./muon.ts');
const nadam: Family = () => import('./nadam.ts');
const radam: Family = () => import('./radam.ts');
const rmsprop: Family = () => import('./rmsprop.ts');
const rprop: Family = () => import('./rprop.ts');
const scheduleFree: Family = () => import('./schedule-free.ts');
const sgd: Family = () => import('./sgd.ts');
const sparseAdam: Family = () => import('./sparse-adam.ts');

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
