// The names of all optimizers, without the optimizers: a model can say that a name is wrong before it loads what trains.
import { typeNamed } from '@nablajs/tensor';

const TYPES = [
  'SGD',
  'RMSprop',
  'Adam',
  'AdamW',
  'Adagrad',
  'Adadelta',
  'Adamax',
  'Nadam',
  'RAdam',
  'Adan',
  'Ftrl',
  'Lion',
  'Lamb',
  'Adafactor',
  'Muon',
  'ScheduleFreeAdamW',
  'Rprop',
  'ASGD',
  'SparseAdam',
  'LBFGS',
  'LossScaleOptimizer',
  'MultiOptimizer',
] as const;

/** The type of an optimizer of this package. */
export type OptimizerType = (typeof TYPES)[number];

/**
 * The type of the optimizer that a name means: `adam`, `Adam`.
 * @throws ConfigError when nobody knows the name, saying which package to install
 */
export function optimizerType(name: string): OptimizerType {
  return typeNamed('optimizer', name, TYPES);
}
