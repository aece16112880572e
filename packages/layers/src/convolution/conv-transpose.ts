// Transposed convolutions: what takes a convolution's output back to the size of its input.
import {
  ConfigError,
  type ConvOptions,
  convTranspose,
  formatShape,
  type PerAxis,
  type Tensor,
  type Variable,
} from '@nablajs/tensor';
import { count, type LayerOptions, optional, positional, readLayerOptions } from '../base/options.ts';
import type { WeightMaker } from '../base/weights.ts';
import { cellsPerAxis } from '../spatial/per-axis.ts';
import { KERNEL, type KernelOptions, weightOptions } from '../weights/options.ts';
import type { ConvSizes } from './conv.ts';
import { Convolution } from './convolution.ts';
import { type ConvolutionConfig, type ConvolutionOptions, convolutionFields } from './options.ts';

/** Options of the transposed convolutions. */
export interface ConvTransposeLayerOptions extends ConvolutionOptions, KernelOptions {
  /**
   * Cells added to one side of the output, fewer than the stride: one number for all spatial axes, or one per axis. Default
   * `null`: as many as make the output `size * stride` (`'same'`), or hold all windows (`'valid'`).
   */
  readonly outputPadding?: PerAxis | null;
}

/** The complete configuration of a transposed convolution. */
export interface ConvTransposeConfig extends ConvolutionConfig, Required<KernelOptions> {
  readonly filters: number;
  readonly outputPadding: readonly number[] | null;
}

function readTranspose(type: string, rank: number, given: object): ConvTransposeConfig & LayerOptions {
  const fields = {
    filters: count(),
    ...convolutionFields(rank),
    outputPadding: optional(cellsPerAxis(rank)),
    ...KERNEL,
  };
  const config = readLayerOptions(type, fields, given);
  const wide = config.outputPadding?.findIndex((cells, axis) => cells >= config.strides[axis]!) ?? -1;
  if (wide >= 0) {
    throw new ConfigError(
      `${type}: outputPadding ${formatShape(config.outputPadding!)} must be below strides ${formatShape(config.strides)}. ` +
        `Use at most ${config.strides[wide]! - 1} there.`,
    );
  }
  return config;
}

abstract class ConvTranspose extends Convolution<ConvTransposeConfig> {
  #kernel!: Variable;

  protected override buildKernels(make: WeightMaker, channels: number): number {
    const { filters, kernelSize } = this.given;
    this.#kernel = make.weight('kernel', [...kernelSize, filters, channels], weightOptions(this.given, 'kernel'));
    return filters;
  }

  protected override convolve(x: Tensor, options: ConvOptions): Tensor {
    const { outputPadding } = this.config;
    return convTranspose(x, this.#kernel.value, { ...options, ...(outputPadding && { outputPadding }) });
  }
}

/**
 * The transpose of a {@link Conv1D}: every step spreads a learned kernel. `[batch, steps, channels] -> [batch, grown, filters]`.
 * Sizes are those of {@link Conv2DTranspose}. Weights: kernel `[size, filters, channels]`, bias `[filters]`.
 * @example new Conv1DTranspose(8, 4, { strides: 2, padding: 'same' })
 */
export class Conv1DTranspose extends ConvTranspose {
  static override readonly type: string = 'Conv1DTranspose';

  constructor(
    filters: number | (ConvSizes & ConvTransposeLayerOptions),
    kernelSize?: PerAxis,
    options: ConvTransposeLayerOptions = {},
  ) {
    super(readTranspose('Conv1DTranspose', 1, positional({ filters, kernelSize }, options)));
  }
}

/**
 * The transpose of a {@link Conv2D}, which makes images larger: every cell spreads a learned kernel. With `k` the dilated
 * size of the kernel, an axis grows to `size * stride + max(k - stride, 0)` (`'valid'`) or `size * stride` (`'same'`); with
 * `outputPadding` to `(size - 1) * stride + k + outputPadding`, or with `k % 2` in the place of `k`.
 * `[batch, height, width, channels] -> [batch, ...grown, filters]`. Weights: kernel `[...sizes, filters, channels]`, bias `[filters]`.
 * @throws ConfigError for wrong options, ShapeError for an input with other axes or channels
 * @example new Conv2DTranspose(3, 4, { strides: 2, padding: 'same' })
 */
export class Conv2DTranspose extends ConvTranspose {
  static override readonly type: string = 'Conv2DTranspose';

  constructor(
    filters: number | (ConvSizes & ConvTransposeLayerOptions),
    kernelSize?: PerAxis,
    options: ConvTransposeLayerOptions = {},
  ) {
    super(readTranspose('Conv2DTranspose', 2, positional({ filters, kernelSize }, options)));
  }
}

/**
 * The transpose of a {@link Conv3D}. `[batch, depth, height, width, channels] -> [batch, ...grown, filters]`.
 * Sizes are those of {@link Conv2DTranspose}. Weights: kernel `[...sizes, filters, channels]`, bias `[filters]`.
 * @example new Conv3DTranspose(4, 2, { strides: 2 })
 */
export class Conv3DTranspose extends ConvTranspose {
  static override readonly type: string = 'Conv3DTranspose';

  constructor(
    filters: number | (ConvSizes & ConvTransposeLayerOptions),
    kernelSize?: PerAxis,
    options: ConvTransposeLayerOptions = {},
  ) {
    super(readTranspose('Conv3DTranspose', 3, positional({ filters, kernelSize }, options)));
  }
}
