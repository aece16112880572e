import { ConfigError, formatShape, fromData, type Shape, sizeOf, type Tensor } from '@nablajs/tensor';
import { count, positional, readOptions } from '../base/options.ts';
import { Initializer } from './initializer.ts';

/**
 * A convolution that changes nothing: 1 in the middle of the kernel from each channel to the filter of the same number, 0
 * elsewhere; within each of `groups` (default 1) groups. Filters beyond the channels are 0. `new Dirac()`
 */
export class Dirac extends Initializer<{ readonly groups: number }> {
  static override readonly type: string = 'Dirac';

  constructor(groups?: number | { readonly groups?: number }) {
    super(readOptions('Dirac', { groups: count(1) }, positional({ groups }, {})));
  }

  /** @throws ConfigError for anything but the kernel of a convolution that the groups divide */
  override apply(shape: Shape): Tensor {
    const { groups } = this.config;
    const [channels = 0, filters = 0] = shape.slice(-2);
    if (shape.length < 3 || filters % groups !== 0) {
      throw new ConfigError(
        `initializer Dirac: makes kernels [...sizes, channels, filters] whose filters divide into ${groups} groups, asked for ${formatShape(shape)}.`,
      );
    }
    const middle = shape.slice(0, -2).reduce((cell, size) => cell * size + Math.floor(size / 2), 0);
    const data = new Float32Array(sizeOf(shape));
    const each = filters / groups;
    for (let group = 0; group < groups; group++) {
      for (let channel = 0; channel < Math.min(channels, each); channel++) {
        data[(middle * channels + channel) * filters + group * each + channel] = 1;
      }
    }
    return fromData(data, [...shape]);
  }
}
