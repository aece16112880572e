import {
  ConfigError,
  formatShape,
  fromData,
  isFloat,
  type NestedArray,
  type Shape,
  ShapeError,
  type Spec,
  type Tensor,
  tensor,
  type Variable,
} from '@nablajs/tensor';
import { Layer } from '../base/layer.ts';
import {
  type Complete,
  type Field,
  flag,
  type LayerOptions,
  optional,
  positional,
  readLayerOptions,
} from '../base/options.ts';
import type { WeightMaker } from '../base/weights.ts';
import { type AdaptData, batchesOf } from './adapted.ts';
import { Moments } from './moments.ts';

/** Options of {@link Normalization}. */
export interface NormalizationOptions extends LayerOptions {
  /** The axis or axes whose places have statistics of their own; `null` for one mean of everything. Default -1. */
  readonly axis?: number | readonly number[] | null;
  /** Known means, in place of `adapt`: a number, or one for each place of the axes. Default `null`: `adapt` finds them. */
  readonly mean?: NestedArray | null;
  /** Known variances, shaped like `mean`. Default `null`: `adapt` finds them. */
  readonly variance?: NestedArray | null;
  /** Undo it: from normalized values to those they come from. Default `false`. */
  readonly invert?: boolean;
}

/** Standard deviations below this count as this. */
const SMALLEST = 1e-7;

const AXIS: Field<readonly number[]> = {
  must: 'an axis, a list of axes, or null',
  fallback: [-1],
  read: (value) => {
    const list = value === null ? [] : Array.isArray(value) ? value : [value];
    return list.every(Number.isInteger) ? list : undefined;
  },
};

const NUMBERS: Field<NestedArray> = {
  must: 'a number, or nested lists of numbers',
  fallback: undefined,
  read: (value) => (isNumbers(value) ? value : undefined),
};

function isNumbers(value: unknown): value is NestedArray {
  return Array.isArray(value) ? value.length > 0 && value.every(isNumbers) : Number.isFinite(value);
}

const FIELDS = { axis: AXIS, mean: optional(NUMBERS), variance: optional(NUMBERS), invert: flag(false) };

/**
 * `(x - mean) / sqrt(variance)`, with statistics that are given or come from data by `adapt`; training does not change them.
 * Any shape stays as it is; whole numbers become float32. State, unless the statistics are given: mean and variance, shaped
 * like the axes; count, how many values each mean is of.
 * @throws ConfigError when only one of `mean` and `variance` is given
 * @example
 * const scale = new Normalization();
 * await scale.adapt(trainingTable);
 */
export class Normalization extends Layer<Complete<NormalizationOptions>> {
  static override readonly type: string = 'Normalization';
  static override readonly supportsMasking: boolean = true;
  #mean: Variable | null = null;
  #variance: Variable | null = null;
  #count: Variable | null = null;

  constructor(axis?: NormalizationOptions['axis'] | NormalizationOptions, options: NormalizationOptions = {}) {
    super(readLayerOptions('Normalization', FIELDS, positional({ axis }, options)));
    const { mean, variance } = this.config;
    if ((mean === null) !== (variance === null)) {
      throw new ConfigError('Normalization: give mean and variance together, or neither and call adapt(data).');
    }
  }

  /**
   * Learns mean and variance (that of all values, divided by their number) from data with the shape of later inputs,
   * computed in float64. Builds the layer; what was learned before is forgotten.
   * @throws ConfigError when the statistics were given, or there is no data; ShapeError for batches that differ
   * @example await scale.adapt(dataset.batch(256))
   */
  async adapt(data: AdaptData): Promise<void> {
    if (this.config.mean !== null) {
      throw new ConfigError(
        'Normalization: mean and variance were given, so there is nothing to adapt. Leave them out.',
      );
    }
    let moments: Moments | null = null;
    for await (const batch of batchesOf(data)) {
      moments ??= new Moments(batch.shape, keptAxes(this.#axes, batch.spec));
      if (!this.built) this.outputSpec(batch.spec);
      moments.add(await batch.data(), batch.shape);
    }
    if (moments === null || moments.count === 0) throw new ConfigError('Normalization: adapt got no data.');
    const { mean, variance, count } = moments;
    this.#mean!.assign(fromData(Float32Array.from(mean), this.#mean!.shape));
    this.#variance!.assign(fromData(Float32Array.from(variance), this.#variance!.shape));
    this.#count!.assign(fromData(Float32Array.of(count), []));
  }

  protected override build(make: WeightMaker, input: Spec): void {
    const shape = keptAxes(this.#axes, input).map((axis) => input.shape[axis]!);
    if (this.config.mean !== null) return;
    this.#mean = make.state('mean', shape);
    this.#variance = make.state('variance', shape, 'ones');
    this.#count = make.state('count', []);
  }

  protected override call(x: Tensor): Tensor {
    const { mean, variance, invert } = this.config;
    const value = isFloat(x.dtype) ? x : x.cast('float32');
    const wide = (numbers: Tensor): Tensor => this.#placed(numbers, x.spec).cast(value.dtype);
    const center = wide(this.#mean?.value ?? tensor(mean!));
    const spread = wide(this.#variance?.value ?? tensor(variance!))
      .sqrt()
      .maximum(SMALLEST);
    return invert ? value.mul(spread).add(center) : value.sub(center).div(spread);
  }

  get #axes(): readonly number[] {
    return this.config.axis as readonly number[];
  }

  /** Statistics with axes of size 1 where the input has others. */
  #placed(numbers: Tensor, input: Spec): Tensor {
    const kept = keptAxes(this.#axes, input).slice(-numbers.rank || input.shape.length);
    const shape = input.shape.map((_, axis) => (kept.includes(axis) ? numbers.shape[kept.indexOf(axis)]! : 1));
    const fits = kept.length === numbers.rank && shape.every((size, axis) => size === 1 || size === input.shape[axis]);
    if (fits) return numbers.reshape(shape);
    throw new ShapeError(
      `statistics ${formatShape(numbers.shape)} do not fit the axes ${this.#axes.join(', ')} of the input ${formatShape(input.shape)}. Give one number for each of their places.`,
    );
  }
}

/** Axes of an input, positive, in order. */
function keptAxes(axes: readonly number[], { shape }: { readonly shape: Shape }): readonly number[] {
  const found = axes.map((axis) => (axis < 0 ? axis + shape.length : axis));
  const odd = found.findIndex((axis) => axis < 0 || axis >= shape.length);
  if (odd < 0) return [...new Set(found)].sort((a, b) => a - b);
  throw new ShapeError(`axis ${axes[odd]} does not fit the input ${formatShape(shape)}.`);
}
