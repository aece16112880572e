import { classNamed } from '@nablajs/tensor';
import { Loss, type LossJSON } from '../base/loss.ts';
import { CategoricalCrossentropy, SparseCategoricalCrossentropy } from '../classes/categorical.ts';
import { CategoricalFocalCrossentropy } from '../classes/categorical-focal.ts';
import { CategoricalGeneralizedCrossEntropy } from '../classes/generalized.ts';
import { HingeEmbedding, MultiLabelMargin, MultiMargin, SoftMargin } from '../classes/margins.ts';
import { BinaryCrossentropy } from '../decisions/binary.ts';
import { BinaryFocalCrossentropy } from '../decisions/binary-focal.ts';
import { Hinge, SquaredHinge } from '../decisions/hinge.ts';
import { MeanAbsoluteError } from '../numbers/absolute-error.ts';
import { Huber } from '../numbers/huber.ts';
import { GaussianNLL, PoissonNLL } from '../numbers/likelihood.ts';
import { LogCosh } from '../numbers/log-cosh.ts';
import { MeanAbsolutePercentageError, MeanSquaredLogarithmicError, Poisson } from '../numbers/relative.ts';
import { MeanSquaredError } from '../numbers/squared-error.ts';
import { Circle } from '../structures/circle.ts';
import { CTC } from '../structures/ctc.ts';
import { Dice, Tversky } from '../structures/overlap.ts';
import { CosineEmbedding, MarginRanking, TripletMargin } from '../structures/pairs.ts';
import { CategoricalHinge, CosineSimilarity, KLDivergence } from '../structures/vectors.ts';
import type { LossType } from './names.ts';
import { SHORT_NAMES } from './short-names.ts';

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
