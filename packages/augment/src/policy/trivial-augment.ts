import { type Complete, count, readLayerOptions } from '@nablajs/layers/options';
import { gather, randomInteger, type Tensor } from '@nablajs/tensor';
import { Augmentation, type ImageChange } from '../base/augmentation.ts';
import { LEARNED, type LearnedPolicyOptions } from './auto-augment.ts';
import { amountOf, OPERATIONS, perImage, type Reach } from './per-image.ts';
import { list } from './table.ts';

/** Options of {@link TrivialAugmentWide}. */
export interface TrivialAugmentWideOptions extends LearnedPolicyOptions {
  /** How many strengths there are, from none to the greatest. Default 31. */
  readonly numMagnitudeBins?: number;
}

const REACH: Reach = { shear: 0.99, shift: () => 32, turn: 135, blend: 0.99, bits: 6 };

/** All but inversion. */
const NAMES = OPERATIONS.filter((name) => name !== 'Invert');

/**
 * Puts each image through one operation of fourteen, at a strength of its own, both drawn evenly: nothing to tune (Müller and
 * Hutter, 2021, the wide ranges). Shifts are up to 32 pixels whatever the size, as published. Boxes and masks follow.
 * @example new TrivialAugmentWide()
 */
export class TrivialAugmentWide extends Augmentation<Complete<TrivialAugmentWideOptions>> {
  static override readonly type: string = 'TrivialAugmentWide';

  constructor(options: TrivialAugmentWideOptions = {}) {
    super(readLayerOptions('TrivialAugmentWide', { numMagnitudeBins: count(31), ...LEARNED }, options));
  }

  protected override draw(images: Tensor): ImageChange {
    const { numMagnitudeBins: bins, valueRange, ...reading } = this.config;
    const [batch, height, width] = images.shape as [number, number, number, number];
    const which = randomInteger([batch], 0, NAMES.length);
    const strength = randomInteger([batch], 0, bins);
    const amounts = NAMES.flatMap((name) =>
      Array.from({ length: bins }, (_, bin) => amountOf(name, bin / Math.max(1, bins - 1), REACH, height, width)),
    );
    const amount = gather(list(amounts), which.mul(bins).add(strength));
    return perImage(images, NAMES, which, amount, { reading, valueRange });
  }
}
