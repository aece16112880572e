import type { Tensor } from '@nablajs/tensor';
import { Layer } from '../base/layer.ts';
import { type LayerOptions, readLayerOptions } from '../base/options.ts';

/**
 * Nothing: the input is the output.
 * @example new Identity({ name: 'features' })
 */
export class Identity extends Layer {
  static override readonly type: string = 'Identity';
  static override readonly supportsMasking: boolean = true;

  constructor(options: LayerOptions = {}) {
    super(readLayerOptions('Identity', {}, options));
  }

  protected override build(): void {}

  protected override call(x: Tensor): Tensor {
    return x;
  }
}
