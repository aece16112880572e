import { type LayerClass, registryOf } from '@nablajs/layers';
import { MaxNumBoundingBoxes } from './boxes/max-number.ts';
import { RandomBrightness } from './color/brightness.ts';
import { RandomContrast } from './color/contrast.ts';
import { RandomColorDegeneration, RandomGrayscale, RandomInvert } from './color/degeneration.ts';
import { RandomHue } from './color/hue.ts';
import { RandomColorJitter } from './color/jitter.ts';
import { AutoContrast, RandomPosterization, Solarization } from './color/levels.ts';
import { RandomSaturation } from './color/saturation.ts';
import { RandomErasing } from './erasing.ts';
import { RandomGaussianBlur } from './filter/blur.ts';
import { RandomSharpness } from './filter/sharpness.ts';
import { RandomCrop } from './geometry/crop.ts';
import { RandomElasticTransform } from './geometry/elastic.ts';
import { RandomFlip } from './geometry/flip.ts';
import { RandomPerspective } from './geometry/perspective.ts';
import { RandomRotation } from './geometry/rotation.ts';
import { RandomShear } from './geometry/shear.ts';
import { RandomTranslation } from './geometry/translation.ts';
import { RandomZoom } from './geometry/zoom.ts';
import { ContrastLimitedAdaptiveHistogramEqualization } from './histogram/clahe.ts';
import { Equalization } from './histogram/equalization.ts';
import { CutMix } from './mix/cut-mix.ts';
import { MixUp } from './mix/mix-up.ts';
import { AugMix } from './policy/aug-mix.ts';
import { Pipeline } from './policy/pipeline.ts';
import { RandAugment } from './policy/rand-augment.ts';
import { RandomApply } from './policy/random-apply.ts';
import { RandomChoice } from './policy/random-choice.ts';
import { FrequencyMasking, RandomGain, RandomNoise, RandomTimeShift, TimeMasking } from './signal/signal.ts';

/** The augmentations of this package by type, for `layerFromJSON` and as a plugin's layers. */
export const builtinAugmentations: Readonly<Record<string, LayerClass>> = registryOf<LayerClass>(
  RandomFlip,
  RandomRotation,
  RandomTranslation,
  RandomZoom,
  RandomShear,
  RandomPerspective,
  RandomCrop,
  RandomElasticTransform,
  RandomErasing,
  RandomBrightness,
  RandomContrast,
  RandomHue,
  RandomSaturation,
  RandomColorDegeneration,
  RandomColorJitter,
  RandomGrayscale,
  RandomInvert,
  RandomPosterization,
  Solarization,
  AutoContrast,
  Equalization,
  ContrastLimitedAdaptiveHistogramEqualization,
  RandomSharpness,
  RandomGaussianBlur,
  MixUp,
  CutMix,
  RandAugment,
  AugMix,
  Pipeline,
  RandomApply,
  RandomChoice,
  MaxNumBoundingBoxes,
  RandomTimeShift,
  RandomGain,
  RandomNoise,
  TimeMasking,
  FrequencyMasking,
);
