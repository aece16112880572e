import { classNamed } from '@nablajs/tensor';
import { MeanAbsoluteError } from './absolute-error.ts';
import { BinaryCrossentropy } from './binary.ts';
import { BinaryFocalCrossentropy } from './binary-focal.ts';
import { CategoricalCrossentropy, SparseCategoricalCrossentropy } from './categorical.ts';
import { CategoricalFocalCrossentropy } from './categorical-focal.ts';
import { Circle } from './circle.ts';
import { CTC } from './ctc.ts';
import { CategoricalGeneralizedCrossEntropy } from './generalized.ts';
import { Hinge, SquaredHinge } from './hinge.ts';
import { Huber } from './huber.ts';
import { GaussianNLL, PoissonNLL } from './likelihood.ts';
import { LogCosh } from './log-cosh.ts';
import { Loss, type LossJSON } from './loss.ts';
import { HingeEmbedding, MultiLabelMargin, MultiMargin, SoftMargin } from './margins.ts';
import type { LossType } from './names.ts';
import { Dice, Tversky } from './overlap.ts';
import { CosineEmbedding, MarginRanking, TripletMargin } from './pairs.ts';
import { MeanAbsolutePercentageError, MeanSquaredLogarithmicError, Poisson } from './relative.ts';
import { SHORT_NAMES } from './short-names.ts';
import { MeanSquaredError } from './squared-error.ts';
import { CategoricalHinge, CosineSimilarity, KLDivergence } from './vectors.ts';

/** A class of losses, as files and names find it. */
export interface LossClass {
  readonly type: string;
  new (options: never): Loss;
}

/** Loss classes by their type. */
export type LossRegistry = Readonly<Record<string, LossClass>>;

/** What a model takes for a loss. */
export type LossInput = string | Loss | LossJSON;

/** All losses of this package. */
export const builtinLosses: Readonly<Record<LossType, LossClass>> = {
  CategoricalCrossentropy,
  SparseCategoricalCrossentropy,
  BinaryCrossentropy,
  CategoricalFocalCrossentropy,
  BinaryFocalCrossentropy,
  CategoricalGeneralizedCrossEntropy,
  MeanSquaredError,
  MeanAbsoluteError,
  Huber,
  LogCosh,
  MeanAbsolutePercentageError,
  MeanSquaredLogarithmicError,
  Poisson,
  KLDivergence,
  CosineSimilarity,
  Hinge,
  SquaredHinge,
  CategoricalHinge,
  Dice,
  Tversky,
  Circle,
  CTC,
  GaussianNLL,
  PoissonNLL,
  SoftMargin,
  MultiMargin,
  MultiLabelMargin,
  HingeEmbedding,
  MarginRanking,
  CosineEmbedding,
  TripletMargin,
};

/**
 * A loss from its name (`categoricalCrossentropy`, `mse`, or as Keras writes it, `categorical_crossentropy`), from JSON,
 * or the loss itself.
 * @param more classes beyond this package's own, by type
 * @throws ConfigError when nobody knows the name, saying which package to install
 */
export function lossFrom(input: LossInput, more: LossRegistry = {}): Loss {
  if (input instanceof Loss) return input;
  const { type, config } = typeof input === 'string' ? { type: input, config: {} } : input;
  const Class = classNamed<LossClass>('loss', SHORT_NAMES[type] ?? type, { ...builtinLosses, ...more });
  return new (Class as unknown as new (options: object) => Loss)(config);
}
