// The idea of a loss, and finding one by name

// Classes
export * from './binary.ts';
export * from './categorical.ts';
export { Hinge, SquaredHinge } from './hinge.ts';
export { Loss, type LossConfig, type LossJSON, type Reduction } from './loss.ts';
export { type LossType, lossType } from './names.ts';
export { builtinLosses, type LossClass, type LossInput, type LossRegistry, lossFrom } from './registry.ts';
// Numbers
export {
  Huber,
  type HuberConfig,
  LogCosh,
  MeanAbsoluteError,
  MeanSquaredError,
  meanAbsoluteError,
  meanSquaredError,
} from './regression.ts';
export { MeanAbsolutePercentageError, MeanSquaredLogarithmicError, Poisson } from './relative.ts';
// Rows
export { CategoricalHinge, CosineSimilarity, KLDivergence } from './vectors.ts';
