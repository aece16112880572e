// Channels into places and back: how networks make images larger or smaller without losing a value.
import { formatSpec, ShapeError, type Tensor } from '@nablajs/tensor';
import { Layer } from '../base/layer.ts';
import { type Complete, count, type LayerOptions, positional, readLayerOptions } from '../base/options.ts';
import { channelsLast, channelsOf, type DataFormat, dataFormat } from '../spatial/layout.ts';

/** Options of {@link PixelShuffle} and {@link PixelUnshuffle}. */
export interface PixelShuffleOptions extends LayerOptions {
  /** Default `'channelsLast'`. */
  readonly dataFormat?: DataFormat;
}

type Main = number | (PixelShuffleOptions & { readonly factor: number });
type Config = Complete<PixelShuffleOptions & { readonly factor: number }>;

const FIELDS = { factor: count(), dataFormat };

/**
 * Each group of `factor * factor` channels becomes a square of cells: channel `c * factor^2 + i * factor + j` goes to row
 * `i` and column `j` of the squares of channel `c`, as in PyTorch.
 * `[batch, height, width, channels * factor^2] -> [batch, height * factor, width * factor, channels]`. Shi et al., 2016, arXiv:1609.05158.
 * @example new PixelShuffle(2)
 */
export class PixelShuffle extends Layer<Config> {
  static override readonly type: string = 'PixelShuffle';

  constructor(factor: Main, options: PixelShuffleOptions = {}) {
    super(readLayerOptions('PixelShuffle', FIELDS, positional({ factor }, options)));
  }

  protected override build(): void {}

  protected override call(x: Tensor): Tensor {
    const { factor, dataFormat } = this.config;
    const channels = channelsOf(x.spec, 2, dataFormat) / factor ** 2;
    if (!Number.isInteger(channels)) {
      throw new ShapeError(
        `channels do not divide into squares of ${factor} x ${factor}, got ${formatSpec(x.spec)}. Use a multiple of ${factor ** 2} channels.`,
      );
    }
    return channelsLast(x, dataFormat, (x) => {
      const [batch = 1, height = 1, width = 1] = x.shape;
      return x
        .reshape([batch, height, width, channels, factor, factor])
        .transpose([0, 1, 4, 2, 5, 3])
        .reshape([batch, height * factor, width * factor, channels]);
    });
  }
}

/**
 * The inverse of {@link PixelShuffle}: each square of `factor * factor` cells becomes that many channels.
 * `[batch, height, width, channels] -> [batch, height / factor, width / factor, channels * factor^2]`.
 * @example new PixelUnshuffle(2)
 */
export class PixelUnshuffle extends Layer<Config> {
  static override readonly type: string = 'PixelUnshuffle';

  constructor(factor: Main, options: PixelShuffleOptions = {}) {
    super(readLayerOptions('PixelUnshuffle', FIELDS, positional({ factor }, options)));
  }

  protected override build(): void {}

  protected override call(x: Tensor): Tensor {
    const { factor, dataFormat } = this.config;
    channelsOf(x.spec, 2, dataFormat);
    return channelsLast(x, dataFormat, (x) => {
      const [batch = 1, height = 1, width = 1, channels = 1] = x.shape;
      const [rows, columns] = [height / factor, width / factor];
      if (!Number.isInteger(rows) || !Number.isInteger(columns)) {
        throw new ShapeError(
          `height ${height} and width ${width} do not divide into squares of ${factor} x ${factor}. Crop or pad the input before it.`,
        );
      }
      return x
        .reshape([batch, rows, factor, columns, factor, channels])
        .transpose([0, 1, 3, 5, 2, 4])
        .reshape([batch, rows, columns, channels * factor ** 2]);
    });
  }
}

/** Everything {@link ChannelShuffle} takes. */
export interface ChannelShuffleOptions extends LayerOptions {
  /** Groups of channels that are dealt out in turn. */
  readonly groups: number;
  /** Default `'channelsLast'`. */
  readonly dataFormat?: DataFormat;
}

/**
 * Deals the channels of `groups` groups out in turn, so that the next grouped convolution sees all of them: channel
 * `g * size + i` goes to `i * groups + g`. Shapes stay. Zhang et al., 2017, arXiv:1707.01083.
 * @example new ChannelShuffle(3)
 */
export class ChannelShuffle extends Layer<Complete<ChannelShuffleOptions>> {
  static override readonly type: string = 'ChannelShuffle';

  constructor(groups: number | ChannelShuffleOptions, options: Omit<ChannelShuffleOptions, 'groups'> = {}) {
    super(readLayerOptions('ChannelShuffle', { groups: count(), dataFormat }, positional({ groups }, options)));
  }

  protected override build(): void {}

  protected override call(x: Tensor): Tensor {
    const { groups, dataFormat } = this.config;
    const axis = dataFormat === 'channelsLast' ? x.rank - 1 : 1;
    const size = (x.shape[axis] ?? 0) / groups;
    if (x.rank < 2 || !Number.isInteger(size)) {
      throw new ShapeError(
        `channels do not divide into ${groups} groups, got ${formatSpec(x.spec)}. Use a multiple of ${groups} channels.`,
      );
    }
    const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
    const wide = x.reshape([...before, groups, size, ...after]);
    const order = [...wide.shape.keys()];
    order.splice(axis, 2, axis + 1, axis);
    return wide.transpose(order).reshape(x.shape);
  }
}
