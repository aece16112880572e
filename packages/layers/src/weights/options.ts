// The options that come with a weight: how it begins, what it costs, what it must keep to.
import { type Field, flag } from '../base/options.ts';
import type { WeightOptions } from '../base/weights.ts';
import type { ConstraintLike } from '../constraints/constraint.ts';
import { constraint } from '../constraints/from.ts';
import { initializer } from '../initializers/from.ts';
import type { InitializerLike, InitializerName } from '../initializers/initializer.ts';
import { regularizer } from '../regularizers/from.ts';
import type { RegularizerLike } from '../regularizers/regularizer.ts';

/** Options of a layer's kernel. */
export interface KernelOptions {
  /** Default `'glorotUniform'`. */
  readonly kernelInitializer?: InitializerLike;
  /** A term it adds to the loss. Default none. */
  readonly kernelRegularizer?: RegularizerLike | null;
  /** What it must keep to after each update. Default nothing. */
  readonly kernelConstraint?: ConstraintLike | null;
}

/** Options of a layer's bias. */
export interface BiasOptions {
  /** Default `true`. */
  readonly useBias?: boolean;
  /** Default `'zeros'`. */
  readonly biasInitializer?: InitializerLike;
  /** A term it adds to the loss. Default none. */
  readonly biasRegularizer?: RegularizerLike | null;
  /** What it must keep to after each update. Default nothing. */
  readonly biasConstraint?: ConstraintLike | null;
}

/** Options of what follows a normalization: a learned factor, gamma, and offset, beta. */
export interface AffineOptions {
  /** Add a learned offset, beta. Default `true`. */
  readonly center?: boolean;
  /** Multiply by a learned factor, gamma. Default `true`. */
  readonly scale?: boolean;
  /** Default `'zeros'`. */
  readonly betaInitializer?: InitializerLike;
  /** Default `'ones'`. */
  readonly gammaInitializer?: InitializerLike;
  /** A term it adds to the loss. Default none. */
  readonly betaRegularizer?: RegularizerLike | null;
  /** A term it adds to the loss. Default none. */
  readonly gammaRegularizer?: RegularizerLike | null;
  /** What it must keep to after each update. Default nothing. */
  readonly betaConstraint?: ConstraintLike | null;
  /** What it must keep to after each update. Default nothing. */
  readonly gammaConstraint?: ConstraintLike | null;
}

/** The complete options of the weight `P`: `kernelInitializer`, `kernelRegularizer`, `kernelConstraint`. */
export type WeightConfig<P extends string> = { readonly [K in `${P}Initializer`]: InitializerLike } & {
  readonly [K in `${P}Regularizer`]: RegularizerLike | null;
} & { readonly [K in `${P}Constraint`]: ConstraintLike | null };

/** The rules of {@link WeightConfig}. */
export type WeightFields<P extends string> = {
  readonly [K in keyof WeightConfig<P>]: Field<WeightConfig<P>[K]>;
};

/** The rules of the options of a weight. */
export function weightFields<P extends string>(prefix: P, fallback: InitializerName): WeightFields<P> {
  return {
    [`${prefix}Initializer`]: initializer(fallback),
    [`${prefix}Regularizer`]: regularizer,
    [`${prefix}Constraint`]: constraint,
  } as WeightFields<P>;
}

/** The options of a weight, for the one who makes it: `make.weight('kernel', shape, weightOptions(this.given, 'kernel'))`. */
export function weightOptions<P extends string>(given: WeightConfig<P>, prefix: P): WeightOptions {
  const options = given as Readonly<Record<string, unknown>>;
  return {
    initializer: options[`${prefix}Initializer`] as InitializerLike,
    regularizer: options[`${prefix}Regularizer`] as RegularizerLike | null,
    constraint: options[`${prefix}Constraint`] as ConstraintLike | null,
  };
}

/** The rules of {@link KernelOptions}. */
export const KERNEL: WeightFields<'kernel'> = weightFields('kernel', 'glorotUniform');

/** The rules of {@link BiasOptions}, as a type. */
export interface BiasFields extends WeightFields<'bias'> {
  readonly useBias: Field<boolean>;
}

/** The rules of {@link BiasOptions}. */
export const BIAS: BiasFields = {
  useBias: flag(true),
  ...weightFields('bias', 'zeros'),
};

/** The rules of {@link AffineOptions}. */
export const AFFINE: { readonly center: Field<boolean>; readonly scale: Field<boolean> } & WeightFields<'beta'> &
  WeightFields<'gamma'> = {
  center: flag(true),
  scale: flag(true),
  ...weightFields('beta', 'zeros'),
  ...weightFields('gamma', 'ones'),
};
