// Rectifiers as layers. ReLU, LeakyReLU and ELU have fixed shapes, PReLU learns its slopes.
import {
  elu,
  formatShape,
  formatSpec,
  leakyRelu,
  ShapeError,
  type Spec,
  sameShape,
  type Tensor,
  type Variable,
} from '@nablajs/tensor';
import { Layer } from '../base/layer.ts';
import {
  type Complete,
  type LayerOptions,
  nonNegative,
  optional,
  positional,
  readLayerOptions,
  real,
  wholeList,
} from '../base/options.ts';
import type { WeightMaker } from '../base/weights.ts';
import type { ConstraintLike } from '../constraints/constraint.ts';
import type { InitializerLike } from '../initializers/initializer.ts';
import type { RegularizerLike } from '../regularizers/regularizer.ts';
import { weightFields, weightOptions } from '../weights/options.ts';
import { RECTIFIED, type RectifiedOptions, rectified } from './rectified.ts';

/** Options of {@link ReLU}. */
export interface ReLUOptions extends LayerOptions, Partial<RectifiedOptions> {}

/**
 * `max(0, x)`, limited by `maxValue`, with `negativeSlope` below `threshold`.
 * @example new ReLU(6) // also new ReLU({ maxValue: 6 })
 */
export class ReLU extends Layer<Complete<ReLUOptions>> {
  static override readonly type: string = 'ReLU';
  static override readonly supportsMasking: boolean = true;

  constructor(maxValue: number | null | ReLUOptions = null, options: Omit<ReLUOptions, 'maxValue'> = {}) {
    super(readLayerOptions('ReLU', RECTIFIED, positional({ maxValue }, options)));
  }

  protected override build(): void {}

  protected override call(x: Tensor): Tensor {
    return rectified(x, this.config);
  }
}

/** Options of {@link LeakyReLU}. */
export interface LeakyReLUOptions extends LayerOptions {
  /** Slope below 0. Default 0.3. */
  readonly negativeSlope?: number;
}

/**
 * `x` above 0, `negativeSlope * x` elsewhere.
 * @example new LeakyReLU(0.1)
 */
export class LeakyReLU extends Layer<Complete<LeakyReLUOptions>> {
  static override readonly type: string = 'LeakyReLU';
  static override readonly supportsMasking: boolean = true;

  constructor(negativeSlope?: number | LeakyReLUOptions, options: LayerOptions = {}) {
    const given = positional({ negativeSlope }, options);
    super(readLayerOptions('LeakyReLU', { negativeSlope: nonNegative(0.3) }, given));
  }

  protected override build(): void {}

  protected override call(x: Tensor): Tensor {
    return leakyRelu(x, this.config.negativeSlope);
  }
}

/** Options of {@link ELU}. */
export interface ELUOptions extends LayerOptions {
  /** The limit for large negative values is `-alpha`. Default 1. */
  readonly alpha?: number;
}

/**
 * `x` above 0, `alpha (e^x - 1)` elsewhere. Clevert et al., 2015, arXiv:1511.07289.
 * @example new ELU()
 */
export class ELU extends Layer<Complete<ELUOptions>> {
  static override readonly type: string = 'ELU';
  static override readonly supportsMasking: boolean = true;

  constructor(alpha?: number | ELUOptions, options: LayerOptions = {}) {
    super(readLayerOptions('ELU', { alpha: real(1) }, positional({ alpha }, options)));
  }

  protected override build(): void {}

  protected override call(x: Tensor): Tensor {
    return elu(x, this.config.alpha);
  }
}

/** Options of {@link PReLU}. */
export interface PReLUOptions extends LayerOptions {
  /** Default `'zeros'`. */
  readonly alphaInitializer?: InitializerLike;
  /** A term it adds to the loss. Default none. */
  readonly alphaRegularizer?: RegularizerLike | null;
  /** What it must keep to after each update. Default nothing. */
  readonly alphaConstraint?: ConstraintLike | null;
  /** Axes along which one slope is shared, the batch axis being 0: `[1, 2]` for one slope per channel of an image. Default none. */
  readonly sharedAxes?: readonly number[] | null;
}

/**
 * `x` above 0, `alpha * x` elsewhere, with a learned `alpha` per element of a sample. He et al., 2015, arXiv:1502.01852.
 * @example new PReLU({ sharedAxes: [1, 2] })
 */
export class PReLU extends Layer<Complete<PReLUOptions>> {
  static override readonly type: string = 'PReLU';
  static override readonly supportsMasking: boolean = true;
  #alpha!: Variable;

  constructor(options: PReLUOptions = {}) {
    const fields = {
      ...weightFields('alpha', 'zeros'),
      sharedAxes: optional(wholeList('a list of axes, 1 being the first after the batch', (axis) => axis >= 1)),
    };
    super(readLayerOptions('PReLU', fields, options));
  }

  protected override build(make: WeightMaker, input: Spec): void {
    const missing = this.given.sharedAxes?.find((axis) => axis >= input.shape.length);
    if (missing !== undefined) {
      throw new ShapeError(
        `sharedAxes names axis ${missing}, input ${formatSpec(input)} has axes 0 to ${input.shape.length - 1}. ` +
          'Name axes of the input, 1 being the first after the batch.',
      );
    }
    this.#alpha = make.weight('alpha', this.#slopesFor(input), weightOptions(this.given, 'alpha'));
  }

  protected override call(x: Tensor): Tensor {
    if (!sameShape(this.#slopesFor(x.spec), this.#alpha.shape)) {
      throw new ShapeError(
        `has slopes ${formatShape(this.#alpha.shape)}, got input ${formatSpec(x.spec)}. ` +
          'Give it inputs like the first one, or share slopes along the axes that change with sharedAxes.',
      );
    }
    return x.greater(0).where(x, x.mul(this.#alpha.value));
  }

  #slopesFor(input: Spec): number[] {
    return input.shape.slice(1).map((size, i) => (this.config.sharedAxes?.includes(i + 1) ? 1 : size));
  }
}
