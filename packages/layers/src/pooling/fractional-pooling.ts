// Pools that make images smaller by any ratio, with windows drawn at random. Graham, 2014, arXiv:1412.6071.
import {
  arange,
  ConfigError,
  concat,
  fromData,
  gather,
  type PerAxis,
  randomUniform,
  ShapeError,
  type Tensor,
} from '@nablajs/tensor';
import { Layer, type Mode } from '../base/layer.ts';
import { type LayerOptions, optional, perAxis, positional, positive, readLayerOptions } from '../base/options.ts';
import { channelsLast, channelsOf, type DataFormat, dataFormat } from '../spatial/layout.ts';

/** Options of the fractional pooling layers: `outputSize` or `outputRatio` must be given. */
export interface FractionalPoolingOptions extends LayerOptions {
  /** Sizes of the spatial axes of the output. Default `null`: `outputRatio` says. */
  readonly outputSize?: PerAxis | null;
  /** The share of each spatial axis that is left, `floor(size * ratio)`; above 0 and below 1. Default `null`: `outputSize` says. */
  readonly outputRatio?: number | null;
  /** Default `'channelsLast'`. */
  readonly dataFormat?: DataFormat;
}

/** The complete configuration of a fractional pooling layer. */
export interface FractionalPoolingConfig {
  readonly poolSize: readonly number[];
  readonly outputSize: readonly number[] | null;
  readonly outputRatio: number | null;
  readonly dataFormat: DataFormat;
}

type Main = PerAxis | (FractionalPoolingOptions & { readonly poolSize: PerAxis });

abstract class FractionalMaxPooling extends Layer<FractionalPoolingConfig> {
  constructor(rank: number, poolSize: Main, options: object) {
    const { type } = new.target;
    const fields = {
      poolSize: perAxis(rank),
      outputSize: optional(perAxis(rank)),
      outputRatio: optional(positive()),
      dataFormat,
    };
    const read = readLayerOptions(type, fields, positional({ poolSize }, options));
    const { outputSize, outputRatio } = read;
    if ((outputSize === null) === (outputRatio === null)) {
      throw new ConfigError(`${type}: give either outputSize or outputRatio, such as outputRatio: 0.7.`);
    }
    if (outputRatio !== null && outputRatio >= 1) {
      throw new ConfigError(`${type}: outputRatio must be above 0 and below 1, got ${outputRatio}.`);
    }
    super(read);
  }

  protected override build(): void {}

  protected override call(x: Tensor, { training }: Mode): Tensor {
    const { poolSize, outputSize, outputRatio, dataFormat } = this.config;
    channelsOf(x.spec, poolSize.length, dataFormat);
    return channelsLast(x, dataFormat, (x) =>
      poolSize.reduce((y, window, i) => {
        const axis = i + 1;
        const cells = y.shape[axis]!;
        const places = outputSize?.[i] ?? Math.floor(cells * outputRatio!);
        if (places < 1 || places + window - 1 > cells) {
          throw new ShapeError(
            `an axis of ${cells} has room for 1 to ${Math.max(0, cells - window + 1)} different windows of ${window}, ` +
              `not for ${places}. Use another output size or ratio, or smaller windows.`,
          );
        }
        const starts = training ? drawnStarts(cells, places, window) : middleStarts(cells, places, window);
        const indices = starts.expandDims(1).add(arange(window));
        const taken = gather(y, indices.reshape([places * window]), axis);
        return taken.reshape([...y.shape.slice(0, axis), places, window, ...y.shape.slice(axis + 1)]).max(axis + 1);
      }, x),
    );
  }
}

/** Where windows start: steps as even as whole cells allow, shifted by one random share of a step. */
function drawnStarts(cells: number, places: number, window: number): Tensor {
  const last = fromData(Int32Array.of(cells - window), [1]);
  if (places === 1) return last;
  const step = (cells - window) / (places - 1);
  const shift = randomUniform([1]);
  const starts = arange(0, places - 1, 1, 'float32')
    .add(shift)
    .mul(step)
    .floor()
    .sub(shift.mul(step).floor());
  return concat([starts.cast('int32').minimum(cells - window), last], 0);
}

/** The same at half a step. */
function middleStarts(cells: number, places: number, window: number): Tensor {
  const step = places === 1 ? 0 : (cells - window) / (places - 1);
  const starts = Int32Array.from({ length: places }, (_, i) =>
    i === places - 1 ? cells - window : Math.floor((i + 0.5) * step) - Math.floor(step / 2),
  );
  return fromData(starts, [places]);
}

/**
 * The largest values of windows of steps that start at random, about evenly spaced places: sizes shrink by any ratio, and each
 * batch is cut in its own way. Otherwise than in training the places are those of half a step.
 * `[batch, steps, channels] -> [batch, outputSize, channels]`.
 * @throws ConfigError without one of `outputSize` and `outputRatio`
 * @throws ShapeError when so many windows do not fit
 * @example new FractionalMaxPooling1D(2, { outputRatio: 0.7 })
 */
export class FractionalMaxPooling1D extends FractionalMaxPooling {
  static override readonly type: string = 'FractionalMaxPooling1D';

  constructor(poolSize: Main, options: FractionalPoolingOptions = {}) {
    super(1, poolSize, options);
  }
}

/**
 * The largest values of windows of pixels, as {@link FractionalMaxPooling1D}.
 * `[batch, height, width, channels] -> [batch, ...outputSize, channels]`.
 * @example new FractionalMaxPooling2D(2, { outputRatio: 0.7 })
 */
export class FractionalMaxPooling2D extends FractionalMaxPooling {
  static override readonly type: string = 'FractionalMaxPooling2D';

  constructor(poolSize: Main, options: FractionalPoolingOptions = {}) {
    super(2, poolSize, options);
  }
}

/**
 * The largest values of windows of a volume, as {@link FractionalMaxPooling1D}.
 * `[batch, depth, height, width, channels] -> [batch, ...outputSize, channels]`.
 * @example new FractionalMaxPooling3D(2, { outputSize: 3 })
 */
export class FractionalMaxPooling3D extends FractionalMaxPooling {
  static override readonly type: string = 'FractionalMaxPooling3D';

  constructor(poolSize: Main, options: FractionalPoolingOptions = {}) {
    super(3, poolSize, options);
  }
}
