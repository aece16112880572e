// Losses by their names, each fetched when it is asked for: who trains on one need not load all.
import type { Loss } from '../base/loss.ts';
import { type LossType, lossType } from './names.ts';
import type { LossInput } from './registry.ts';

type Family = () => Promise<object>;

const binaryFocal: Family = () => import('../decisions/binary-focal.ts');
const binary: Family = () => import('../decisions/binary.ts');
const categoricalFocal: Family = () => import('../classes/categorical-focal.ts');
const categorical: Family = () => import('../classes/categorical.ts');
const circle: Family = () => import('../structures/circle.ts');
const ctc: Family = () => import('../structures/ctc.ts');
const generalized: Family = () => import('../classes/generalized.ts');
const hinge: Family = () => import('../decisions/hinge.ts');
const likelihood: Family = () => import('../numbers/likelihood.ts');
const margins: Family = () => import('../classes/margins.ts');
const overlap: Family = () => import('../structures/overlap.ts');
const pairs: Family = () => import('../structures/pairs.ts');
const absoluteError: Family = () => import('../numbers/absolute-error.ts');
const huber: Family = () => import('../numbers/huber.ts');
const logCosh: Family = () => import('../numbers/log-cosh.ts');
const squaredError: Family = () => import('../numbers/squared-error.ts');
const relative: Family = () => import('../numbers/relative.ts');
const vectors: Family = () => import('../structures/vectors.ts');

const FAMILIES: Readonly<Record<LossType, Family>> = {
  CategoricalCrossentropy: categorical,
  SparseCategoricalCrossentropy: categorical,
  BinaryCrossentropy: binary,
  CategoricalFocalCrossentropy: categoricalFocal,
  BinaryFocalCrossentropy: binaryFocal,
  CategoricalGeneralizedCrossEntropy: generalized,
  MeanSquaredError: squaredError,
  MeanAbsoluteError: absoluteError,
  Huber: huber,
  LogCosh: logCosh,
  MeanAbsolutePercentageError: relative,
  MeanSquaredLogarithmicError: relative,
  Poisson: relative,
  KLDivergence: vectors,
  CosineSimilarity: vectors,
  Hinge: hinge,
  SquaredHinge: hinge,
  CategoricalHinge: vectors,
  Dice: overlap,
  Tversky: overlap,
  Circle: circle,
  CTC: ctc,
  GaussianNLL: likelihood,
  PoissonNLL: likelihood,
  SoftMargin: margins,
  MultiMargin: margins,
  MultiLabelMargin: margins,
  HingeEmbedding: margins,
  MarginRanking: pairs,
  CosineEmbedding: pairs,
  TripletMargin: pairs,
};

/**
 * As {@link lossFrom}, but nothing is imported beside the loss that is asked for.
 * @throws ConfigError when nobody knows the name, saying which package to install
 */
export async function loadLoss(input: LossInput): Promise<Loss> {
  if (typeof input === 'object' && 'toJSON' in input) return input;
  const { type, config } = typeof input === 'string' ? { type: input, config: {} } : input;
  const known = lossType(type);
  const family = (await FAMILIES[known]()) as Readonly<Record<LossType, new (config: object) => Loss>>;
  return new family[known](config);
}
