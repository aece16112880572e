// The augmentations that policies choose from, by strength.
import type { Augmentation } from '../base/augmentation.ts';
import type { FactorRange, PixelInterpolation } from '../base/options.ts';
import { RandomBrightness } from '../color/brightness.ts';
import { RandomContrast } from '../color/contrast.ts';
import { RandomColorDegeneration } from '../color/degeneration.ts';
import { AutoContrast, RandomPosterization, Solarization } from '../color/levels.ts';
import { RandomSharpness } from '../filter/sharpness.ts';
import { RandomRotation } from '../geometry/rotation.ts';
import { RandomShear } from '../geometry/shear.ts';
import { RandomTranslation } from '../geometry/translation.ts';
import { Equalization } from '../histogram/equalization.ts';

/** How strong, on which values. */
export interface Strength {
  /** From 0 to 1. */
  readonly factor: number;
  readonly valueRange: FactorRange;
  readonly interpolation: PixelInterpolation;
}

/** Those that leave brightness and colours as they are measured, apart from those that policies may leave out. */
export function operations({ factor, valueRange, interpolation }: Strength, all: boolean): readonly Augmentation[] {
  const span: FactorRange = [0, factor];
  const common = [
    new RandomShear({ xFactor: span, yFactor: span, interpolation }),
    new RandomTranslation(factor, factor, { interpolation }),
    new RandomRotation(factor, { interpolation }),
    new Solarization({ additionFactor: span, thresholdFactor: span, valueRange }),
    new RandomPosterization(Math.max(1, Math.floor(8 * factor)), { valueRange }),
    new AutoContrast({ valueRange }),
    new Equalization({ valueRange }),
  ];
  if (!all) return common;
  return [
    ...common,
    new RandomBrightness(factor, { valueRange }),
    new RandomColorDegeneration(span, { valueRange }),
    new RandomContrast(factor, { valueRange }),
    new RandomSharpness(span, { valueRange }),
  ];
}
