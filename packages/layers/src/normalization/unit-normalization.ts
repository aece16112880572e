import type { Tensor } from '@nablajs/tensor';
import { Layer } from '../base/layer.ts';
import { type Complete, type LayerOptions, positional, readLayerOptions } from '../base/options.ts';
import { axesOf, type NormalizedAxes, normalizedAxes } from './axes.ts';

/** Options of {@link UnitNormalization}. */
export interface UnitNormalizationOptions extends LayerOptions {
  /** The axes whose norm becomes 1. Default -1. */
  readonly axis?: NormalizedAxes;
}

/** Below this norm vectors count as zero: they are divided by it. */
const SMALLEST = 1e-12;

/**
 * Vectors of length 1: `x / |x|`, the norm being Euclidean. Zero stays zero.
 * @example new UnitNormalization()
 */
export class UnitNormalization extends Layer<Complete<UnitNormalizationOptions>> {
  static override readonly type: string = 'UnitNormalization';
  static override readonly supportsMasking: boolean = true;

  constructor(axis?: NormalizedAxes | UnitNormalizationOptions, options: LayerOptions = {}) {
    super(readLayerOptions('UnitNormalization', { axis: normalizedAxes(-1) }, positional({ axis }, options)));
  }

  protected override build(): void {}

  protected override call(x: Tensor): Tensor {
    const squares = x.square().sum(axesOf(x.spec, this.config.axis), { keepDims: true });
    return x.mul(squares.maximum(SMALLEST ** 2).rsqrt());
  }
}
