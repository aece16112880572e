import type { Tensor } from '@nablajs/tensor';
import { Layer } from '../base/layer.ts';
import { withMask } from '../base/mask.ts';
import { type Complete, type LayerOptions, positional, readLayerOptions, real } from '../base/options.ts';

/** Options of {@link Masking}. */
export interface MaskingOptions extends LayerOptions {
  /** Default 0. */
  readonly maskValue?: number;
}

/**
 * Marks the steps whose features all have one value as padding: layers after it that know masks leave them out, and so do
 * losses. `[batch, steps, features]` keeps its shape; masked steps become 0.
 * @example new Masking()
 */
export class Masking extends Layer<Complete<MaskingOptions>> {
  static override readonly type: string = 'Masking';
  static override readonly supportsMasking: boolean = true;

  constructor(maskValue?: number | MaskingOptions, options: LayerOptions = {}) {
    super(readLayerOptions('Masking', { maskValue: real(0) }, positional({ maskValue }, options)));
  }

  protected override build(): void {}

  protected override call(x: Tensor): Tensor {
    const present = x.notEqual(this.config.maskValue).any(-1, { keepDims: true });
    return withMask(present.where(x, 0), present.squeeze(-1));
  }

  /** `call` gives the output its own. */
  protected override computeMask(): null {
    return null;
  }
}
