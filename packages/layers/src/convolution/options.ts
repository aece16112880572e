// What convolutions share: their options, with Keras' names and defaults.
import type { PerAxis } from '@nablajs/tensor';
import { type ActivationLike, activation } from '../activations/from.ts';
import { count, type Field, type LayerOptions, perAxis } from '../base/options.ts';
import type { ConstraintLike } from '../constraints/constraint.ts';
import type { InitializerLike } from '../initializers/initializer.ts';
import { regularizer } from '../regularizers/from.ts';
import type { RegularizerLike } from '../regularizers/regularizer.ts';
import { type DataFormat, dataFormat } from '../spatial/layout.ts';
import { type SpatialPadding, spatialPadding } from '../spatial/padding.ts';
import { BIAS, type BiasFields, type BiasOptions, type WeightFields, weightFields } from '../weights/options.ts';

/** Options of all convolutions. */
export interface ConvolutionOptions extends LayerOptions, BiasOptions {
  /** Cells from one window to the next. Default 1. */
  readonly strides?: PerAxis;
  /** Default `'valid'`. */
  readonly padding?: SpatialPadding;
  /** Default `'channelsLast'`. */
  readonly dataFormat?: DataFormat;
  /** Cells from one tap of the kernel to the next. Default 1. */
  readonly dilationRate?: PerAxis;
  /** Default `'linear'`. */
  readonly activation?: ActivationLike;
  /** A penalty on the output, per sample. Default none. */
  readonly activityRegularizer?: RegularizerLike | null;
}

/** The rules of {@link ConvolutionOptions} and of the kernel size. */
export interface ConvolutionFields extends BiasFields {
  readonly kernelSize: Field<readonly number[]>;
  readonly strides: Field<readonly number[]>;
  readonly padding: Field<SpatialPadding>;
  readonly dataFormat: Field<DataFormat>;
  readonly dilationRate: Field<readonly number[]>;
  readonly activation: Field<ActivationLike>;
  readonly activityRegularizer: Field<RegularizerLike | null>;
}

/** The rules for `rank` spatial axes. */
export function convolutionFields(rank: number): ConvolutionFields {
  return {
    kernelSize: perAxis(rank),
    strides: perAxis(rank, 1),
    padding: spatialPadding,
    dataFormat,
    dilationRate: perAxis(rank, 1),
    activation: activation(),
    activityRegularizer: regularizer,
    ...BIAS,
  };
}

/** What a convolution looks like once its options are complete: sizes are lists, one entry per spatial axis. */
export interface ConvolutionConfig extends Required<BiasOptions> {
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: SpatialPadding | 'causal';
  readonly dataFormat: DataFormat;
  readonly dilationRate: readonly number[];
  readonly activation: ActivationLike;
  readonly activityRegularizer: RegularizerLike | null;
}

/** Options and configuration of the kernels that a depthwise step has. */
export interface DepthwiseOptions {
  /** Outputs per channel. Default 1. */
  readonly depthMultiplier?: number;
  /** Default `'glorotUniform'`. */
  readonly depthwiseInitializer?: InitializerLike;
  /** A term it adds to the loss. Default none. */
  readonly depthwiseRegularizer?: RegularizerLike | null;
  /** What it must keep to after each update. Default nothing. */
  readonly depthwiseConstraint?: ConstraintLike | null;
}

/** The rules of {@link DepthwiseOptions}. */
export const DEPTHWISE: { readonly depthMultiplier: Field<number> } & WeightFields<'depthwise'> = {
  depthMultiplier: count(1),
  ...weightFields('depthwise', 'glorotUniform'),
};
