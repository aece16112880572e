// Conv1D, Conv2D, Conv3D: kernels that see all channels, or those of their group.
import {
  ConfigError,
  type ConvOptions,
  conv,
  type PerAxis,
  ShapeError,
  type Tensor,
  type Variable,
} from '@nablajs/tensor';
import { choice, count, type LayerOptions, positional, readLayerOptions } from '../base/options.ts';
import type { WeightMaker } from '../base/weights.ts';
import type { SpatialPadding } from '../spatial/padding.ts';
import { KERNEL, type KernelOptions, weightOptions } from '../weights/options.ts';
import { Convolution } from './convolution.ts';
import { type ConvolutionConfig, type ConvolutionOptions, convolutionFields } from './options.ts';

/** Options of {@link Conv2D} and {@link Conv3D}. */
export interface ConvLayerOptions extends ConvolutionOptions, KernelOptions {
  /** Channels and filters split into this many independent groups. Default 1. */
  readonly groups?: number;
}

/** Options of {@link Conv1D}. */
export interface Conv1DOptions extends Omit<ConvLayerOptions, 'padding'> {
  /** `'causal'` pads before the first step only: an output sees no later step than its own. Default `'valid'`. */
  readonly padding?: SpatialPadding | 'causal';
}

/** The arguments that may also be positional. */
export interface ConvSizes {
  /** Number of output channels. */
  readonly filters: number;
  /** Size of the window: one number for all spatial axes, or one per axis. */
  readonly kernelSize: PerAxis;
}

/** The complete configuration of a convolution. */
export interface ConvConfig extends ConvolutionConfig, Required<KernelOptions> {
  readonly filters: number;
  readonly groups: number;
}

function readConv(type: string, rank: number, given: object): ConvConfig & LayerOptions {
  const fields = {
    filters: count(),
    ...convolutionFields(rank),
    groups: count(1),
    ...KERNEL,
  };
  const causal = choice<SpatialPadding | 'causal'>(['valid', 'same', 'causal'], 'valid');
  const config = readLayerOptions(type, rank === 1 ? { ...fields, padding: causal } : fields, given);
  if (config.filters % config.groups !== 0) {
    throw new ConfigError(
      `${type}: filters ${config.filters} do not divide into ${config.groups} groups. Use a multiple of ${config.groups}.`,
    );
  }
  return config;
}

abstract class Conv extends Convolution<ConvConfig> {
  #kernel!: Variable;

  protected override buildKernels(make: WeightMaker, channels: number): number {
    const { filters, kernelSize, groups } = this.given;
    if (channels % groups !== 0) {
      throw new ShapeError(
        `${channels} channels do not divide into ${groups} groups. Use a number of groups that divides ${channels}.`,
      );
    }
    const shape = [...kernelSize, channels / groups, filters];
    this.#kernel = make.weight('kernel', shape, weightOptions(this.given, 'kernel'));
    return filters;
  }

  protected override convolve(x: Tensor, options: ConvOptions): Tensor {
    return conv(x, this.#kernel.value, { ...options, groups: this.config.groups });
  }
}

/**
 * Learned filters over one axis, such as time. `[batch, steps, channels] -> [batch, places, filters]`.
 * Weights: kernel `[size, channels / groups, filters]`, bias `[filters]`.
 * @example new Conv1D(64, 5, { padding: 'causal' })
 */
export class Conv1D extends Conv {
  static override readonly type: string = 'Conv1D';

  constructor(filters: number | (ConvSizes & Conv1DOptions), kernelSize?: PerAxis, options: Conv1DOptions = {}) {
    super(readConv('Conv1D', 1, positional({ filters, kernelSize }, options)));
  }
}

/**
 * Learned filters over images: each output is a weighted sum of the window around it, with the same weights everywhere.
 * `[batch, height, width, channels] -> [batch, ...places, filters]`. The kernel is not flipped.
 * Weights: kernel `[...sizes, channels / groups, filters]`, bias `[filters]`.
 * @throws ConfigError for wrong options, ShapeError for an input with other axes or channels
 * @example new Conv2D(32, 3, { padding: 'same', activation: 'relu' })
 */
export class Conv2D extends Conv {
  static override readonly type: string = 'Conv2D';

  constructor(filters: number | (ConvSizes & ConvLayerOptions), kernelSize?: PerAxis, options: ConvLayerOptions = {}) {
    super(readConv('Conv2D', 2, positional({ filters, kernelSize }, options)));
  }
}

/**
 * Learned filters over volumes or videos. `[batch, depth, height, width, channels] -> [batch, ...places, filters]`.
 * Weights: kernel `[...sizes, channels / groups, filters]`, bias `[filters]`.
 * @example new Conv3D(16, [1, 3, 3])
 */
export class Conv3D extends Conv {
  static override readonly type: string = 'Conv3D';

  constructor(filters: number | (ConvSizes & ConvLayerOptions), kernelSize?: PerAxis, options: ConvLayerOptions = {}) {
    super(readConv('Conv3D', 3, positional({ filters, kernelSize }, options)));
  }
}
