// Statistics of each sample by itself, for groups of its channels.
import { formatSpec, ShapeError, type Spec, type Tensor, type Variable } from '@nablajs/tensor';
import { Layer } from '../base/layer.ts';
import {
  type Complete,
  type Field,
  type LayerOptions,
  nonNegative,
  positional,
  readLayerOptions,
  whole,
} from '../base/options.ts';
import type { WeightMaker } from '../base/weights.ts';
import { AFFINE, type AffineOptions, weightOptions } from '../weights/options.ts';
import { axesOf, requireSizes, spreadAlong } from './axes.ts';

/** Options of {@link InstanceNormalization}. */
export interface InstanceNormalizationOptions extends LayerOptions, AffineOptions {
  /** The axis of the channels. Default -1; 1 for channels-first inputs. */
  readonly axis?: number;
  /** Added to variances. Default 1e-3. */
  readonly epsilon?: number;
}

/** Options of {@link GroupNormalization}. */
export interface GroupNormalizationOptions extends InstanceNormalizationOptions {
  /** Number of groups; it must divide the channels. -1 for one channel per group. Default 32. */
  readonly groups?: number;
}

type InstanceConfig = Complete<InstanceNormalizationOptions>;

const GROUPS: Field<number> = {
  must: 'a whole number of at least 1, or -1 for one channel per group',
  fallback: 32,
  read: (value) =>
    Number.isInteger(value) && (value === -1 || (value as number) >= 1) ? (value as number) : undefined,
};
const INSTANCE = { axis: whole(-1), epsilon: nonNegative(1e-3), ...AFFINE };

abstract class Grouped<C extends InstanceConfig> extends Layer<C> {
  #channels = 0;
  #gamma: Variable | null = null;
  #beta: Variable | null = null;

  protected abstract groupsOf(channels: number): number;

  protected override build(make: WeightMaker, input: Spec): void {
    const [axis] = axesOf(input, this.config.axis);
    this.#channels = input.shape[axis!]!;
    const groups = this.groupsOf(this.#channels);
    if (this.#channels % groups !== 0) {
      throw new ShapeError(
        `${this.#channels} channels do not divide into ${groups} groups, got ${formatSpec(input)}. Use a number of groups that divides ${this.#channels}, or -1.`,
      );
    }
    const shape = [this.#channels];
    if (this.given.scale) this.#gamma = make.weight('gamma', shape, weightOptions(this.given, 'gamma'));
    if (this.given.center) this.#beta = make.weight('beta', shape, weightOptions(this.given, 'beta'));
  }

  protected override call(x: Tensor): Tensor {
    const axes = axesOf(x.spec, this.config.axis);
    requireSizes(x.spec, axes, [this.#channels]);
    const axis = axes[0]!;
    const groups = this.groupsOf(this.#channels);
    const apart = x.reshape([...x.shape.slice(0, axis), groups, this.#channels / groups, ...x.shape.slice(axis + 1)]);
    const others = [...apart.shape.keys()].filter((at) => at !== 0 && at !== axis);
    const centred = apart.sub(apart.mean(others, { keepDims: true }));
    const variance = centred.square().mean(others, { keepDims: true });
    const y = centred.mul(variance.add(this.config.epsilon).rsqrt()).reshape(x.shape);
    const scaled = this.#gamma ? y.mul(spreadAlong(this.#gamma.value, x, axes)) : y;
    return this.#beta ? scaled.add(spreadAlong(this.#beta.value, x, axes)) : scaled;
  }
}

/**
 * Mean 0 and variance 1 for each group of channels of each sample, then a learned factor and offset per channel. It does not
 * depend on the batch, and is the same in training and inference. Weights: gamma, beta `[channels]`. Wu and He, 2018, arXiv:1803.08494.
 * @throws ShapeError when the groups do not divide the channels
 * @example new GroupNormalization(8)
 */
export class GroupNormalization extends Grouped<Complete<GroupNormalizationOptions>> {
  static override readonly type: string = 'GroupNormalization';
  static override readonly supportsMasking: boolean = true;

  constructor(groups?: number | GroupNormalizationOptions, options: Omit<GroupNormalizationOptions, 'groups'> = {}) {
    super(readLayerOptions('GroupNormalization', { groups: GROUPS, ...INSTANCE }, positional({ groups }, options)));
  }

  protected override groupsOf(channels: number): number {
    return this.config.groups === -1 ? channels : this.config.groups;
  }
}

/**
 * Mean 0 and variance 1 for each channel of each sample, then a learned factor and offset: `GroupNormalization` with one
 * channel per group. Weights: gamma, beta `[channels]`. Ulyanov et al., 2016, arXiv:1607.08022.
 * @throws ShapeError for inputs without axes beside batch and channels
 * @example new InstanceNormalization()
 */
export class InstanceNormalization extends Grouped<InstanceConfig> {
  static override readonly type: string = 'InstanceNormalization';
  static override readonly supportsMasking: boolean = true;

  constructor(options: InstanceNormalizationOptions = {}) {
    super(readLayerOptions('InstanceNormalization', INSTANCE, options));
  }

  protected override groupsOf(channels: number): number {
    return channels;
  }

  protected override build(make: WeightMaker, input: Spec): void {
    if (input.shape.length < 3) {
      throw new ShapeError(
        `has one value per channel in ${formatSpec(input)}, and nothing to take a mean over. Use LayerNormalization for vectors.`,
      );
    }
    super.build(make, input);
  }
}
