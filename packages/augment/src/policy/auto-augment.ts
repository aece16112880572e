import {
  type Complete,
  type Field,
  type LayerOptions,
  positional,
  readLayerOptions,
  real,
} from '@nablajs/layers/options';
import { gather, randomInteger, randomUniform, type Tensor } from '@nablajs/tensor';
import { Augmentation, type ImageChange, inTurn } from '../base/augmentation.ts';
import {
  type FactorRange,
  type FillMode,
  fillMode,
  interpolation,
  type PixelInterpolation,
  valueRange,
} from '../base/options.ts';
import { amountOf, perImage, type Reach } from './per-image.ts';
import { isStep, type PolicyName, type PolicyStep, published, type SubPolicy } from './published.ts';
import { list } from './table.ts';

/** Options of {@link AutoAugment} and {@link TrivialAugmentWide}. */
export interface LearnedPolicyOptions extends LayerOptions {
  /** The values images have. Default `[0, 255]`. */
  readonly valueRange?: FactorRange;
  /** Default `nearest`, as published. */
  readonly interpolation?: PixelInterpolation;
  /** What lies outside of an image. Default `constant`. */
  readonly fillMode?: FillMode;
  /** What `fillMode: 'constant'` fills with. Default 0. */
  readonly fillValue?: number;
}

/** The fields of {@link LearnedPolicyOptions}. */
export const LEARNED: {
  readonly valueRange: typeof valueRange;
  readonly interpolation: typeof interpolation;
  readonly fillMode: ReturnType<typeof fillMode>;
  readonly fillValue: Field<number>;
} = {
  valueRange,
  interpolation: { ...interpolation, fallback: 'nearest' },
  fillMode: fillMode('constant'),
  fillValue: real(0),
};

/** The ranges that magnitudes from 0 to 9 divide evenly, of AutoAugment's own search (table 6). */
const REACH: Reach = { shear: 0.3, shift: (size) => (150 / 331) * size, turn: 30, blend: 0.9, bits: 4 };
const STRONGEST = 9;

/** A published policy by name, or one of yours: one of its sub-policies is drawn for each image, each as likely. */
export type Policy = PolicyName | readonly SubPolicy[];

const policy: Field<Policy> = {
  must: "'imagenet', 'cifar10', 'svhn', or a list of lists of [operation, probability, magnitude from 0 to 9]",
  fallback: 'imagenet',
  read: (value) => {
    if (value === 'imagenet' || value === 'cifar10' || value === 'svhn') return value;
    const isPolicy =
      Array.isArray(value) &&
      value.length > 0 &&
      value.every((steps) => Array.isArray(steps) && steps.length > 0 && steps.every(isStep));
    return isPolicy ? (value as readonly SubPolicy[]) : undefined;
  },
};

const NOTHING: PolicyStep = ['Identity', 0, 0];

/**
 * Puts each image through a pair of operations, drawn from the 25 that a search found best for a data set (Cubuk et al., 2018):
 * shears, shifts, turns, brightness, colour, contrast, sharpness, posterizing, solarizing, auto-contrast, equalization and
 * inversion, each with its probability and strength. Boxes and masks follow.
 * @example new AutoAugment('cifar10')
 * @example new AutoAugment([[['Rotate', 0.5, 9]], [['ShearX', 0.3, 4], ['Invert', 0.1, 0]]]) // a policy of your own
 */
export class AutoAugment extends Augmentation<Complete<LearnedPolicyOptions & { readonly policy: Policy }>> {
  static override readonly type: string = 'AutoAugment';

  constructor(
    policyOrOptions: Policy | (LearnedPolicyOptions & { readonly policy?: Policy }) = {},
    options: LearnedPolicyOptions = {},
  ) {
    super(readLayerOptions('AutoAugment', { policy, ...LEARNED }, positional({ policy: policyOrOptions }, options)));
  }

  protected override draw(images: Tensor): ImageChange {
    const { policy, valueRange, ...reading } = this.config;
    const [batch, height, width] = images.shape as [number, number, number, number];
    const policies = typeof policy === 'string' ? published(policy) : policy;
    const drawn = randomInteger([batch], 0, policies.length);
    const longest = Math.max(...policies.map((steps) => steps.length));
    const steps = Array.from({ length: longest }, (_, i) => policies.map((steps) => steps[i] ?? NOTHING));
    return inTurn(
      steps.map((column) => {
        const happens = randomUniform([batch]).less(gather(list(column.map(([, rate]) => rate)), drawn));
        const amounts = column.map(([name, , at]) => amountOf(name, at / STRONGEST, REACH, height, width));
        const names = column.map(([name]) => name);
        return perImage(images, names, happens.where(drawn, -1), gather(list(amounts), drawn), { reading, valueRange });
      }),
    );
  }
}
