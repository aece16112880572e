import { sizeOf, type Tensor } from '@nablajs/tensor';
import { Layer } from '../base/layer.ts';
import { type Complete, type LayerOptions, readLayerOptions } from '../base/options.ts';
import { type DataFormat, dataFormat, toLast } from '../spatial/layout.ts';

/** Options of {@link Flatten}. */
export interface FlattenOptions extends LayerOptions {
  /** `'channelsFirst'` puts the channels last before flattening, so that both formats give one order. Default `'channelsLast'`. */
  readonly dataFormat?: DataFormat;
}

/** Each sample as one vector: `[batch, ...] -> [batch, size]`. */
export class Flatten extends Layer<Complete<FlattenOptions>> {
  static override readonly type: string = 'Flatten';

  constructor(options: FlattenOptions = {}) {
    super(readLayerOptions('Flatten', { dataFormat }, options));
  }

  protected override build(): void {}

  protected override call(x: Tensor): Tensor {
    const ordered = this.config.dataFormat === 'channelsFirst' && x.rank > 2 ? toLast(x) : x;
    return ordered.reshape([x.shape[0] ?? 1, sizeOf(x.shape.slice(1))]);
  }
}
