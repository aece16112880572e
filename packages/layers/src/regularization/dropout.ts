import type { Tensor } from '@nablajs/tensor';
import { Layer, type Mode } from '../base/layer.ts';
import { type Complete, fraction, type LayerOptions, optional, positional, readLayerOptions } from '../base/options.ts';
import { dropped, keptOf, type NoiseShape, noiseShape } from './drop.ts';

/** Options of {@link Dropout} and {@link AlphaDropout}. */
export interface DropoutOptions extends LayerOptions {
  /** Shape of the mask, which is broadcast: 1 for axes that are dropped as a whole, `null` for the input's own size. Default `null`: the input's own shape. */
  readonly noiseShape?: NoiseShape | null;
}

type Main = number | (DropoutOptions & { readonly rate: number });
type Config = Complete<DropoutOptions & { readonly rate: number }>;

const FIELDS = { rate: fraction(), noiseShape: optional(noiseShape) };

/**
 * While training, sets elements to 0 with probability `rate` and multiplies the others by `1 / (1 - rate)`, so that the
 * mean stays the same; otherwise does nothing. Srivastava et al., 2014.
 * @throws ConfigError for a rate outside 0 to 1
 * @example new Dropout(0.5)
 */
export class Dropout extends Layer<Config> {
  static override readonly type: string = 'Dropout';
  static override readonly supportsMasking: boolean = true;

  constructor(rate: Main, options: DropoutOptions = {}) {
    super(readLayerOptions('Dropout', FIELDS, positional({ rate }, options)));
  }

  protected override build(): void {}

  protected override call(x: Tensor, { training }: Mode): Tensor {
    const { rate, noiseShape } = this.config;
    return training && rate > 0 ? dropped(x, rate, noiseShape) : x;
  }
}

/** What `selu` gives for large negative values: minus its scale times its alpha. */
const FLOOR = -1.0507009873554805 * 1.6732632423543772;

/**
 * Dropout for networks of `selu`: while training, elements become the function's lower limit with probability `rate`, then
 * all are stretched and shifted so that mean 0 and variance 1 stay. Klambauer et al., 2017, arXiv:1706.02515.
 * @example new AlphaDropout(0.1)
 */
export class AlphaDropout extends Layer<Config> {
  static override readonly type: string = 'AlphaDropout';
  static override readonly supportsMasking: boolean = true;

  constructor(rate: Main, options: DropoutOptions = {}) {
    super(readLayerOptions('AlphaDropout', FIELDS, positional({ rate }, options)));
  }

  protected override build(): void {}

  protected override call(x: Tensor, { training }: Mode): Tensor {
    const { rate, noiseShape } = this.config;
    if (!training || rate === 0) return x;
    const spread = (1 - rate) * (1 + rate * FLOOR ** 2);
    // At a rate of 1 nothing is left whose variance could be kept.
    const stretch = spread === 0 ? 0 : spread ** -0.5;
    return keptOf(x, rate, noiseShape)
      .where(x, FLOOR)
      .mul(stretch)
      .sub(stretch * FLOOR * rate);
  }
}
