import { type LayerClass, registryOf } from '@nablajs/layers';
import { ClampKeyPoints, SanitizeKeyPoints } from './boxes/key-points.ts';
import { MaxNumBoundingBoxes } from './boxes/max-number.ts';
import { SanitizeBoundingBoxes } from './boxes/sanitize.ts';
import { RandomBrightness } from './color/brightness.ts';
import { RandomChannelPermutation } from './color/channel-permutation.ts';
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
import { FiveCrop, TenCrop } from './geometry/five-crop.ts';
import { RandomFlip } from './geometry/flip.ts';
import { RandomIoUCrop } from './geometry/iou-crop.ts';
import { RandomPerspective } from './geometry/perspective.ts';
import { RandomRotation } from './geometry/rotation.ts';
import { RandomShear } from './geometry/shear.ts';
import { RandomTranslation } from './geometry/translation.ts';
import { RandomZoom } from './geometry/zoom.ts';
import { ContrastLimitedAdaptiveHistogramEqualization } from './histogram/clahe.ts';
import { Equalization } from './histogram/equalization.ts';
import { JPEG } from './jpeg/jpeg.ts';
import { CutMix } from './mix/cut-mix.ts';
import { MixUp } from './mix/mix-up.ts';
import { AugMix } from './policy/aug-mix.ts';
import { AutoAugment } from './policy/auto-augment.ts';
import { Pipeline } from './policy/pipeline.ts';
import { RandAugment } from './policy/rand-augment.ts';
import { RandomApply } from './policy/random-apply.ts';
import { RandomChoice } from './policy/random-choice.ts';
import { RandomOrder } from './policy/random-order.ts';
import { TrivialAugmentWide } from './policy/trivial-augment.ts';
import { FrequencyMasking, RandomGain, RandomNoise, RandomTimeShift, TimeMasking } from './signal/signal.ts';
import { RandomResize, RandomShortestSize, ScaleJitter } from './sizes/scale.ts';
import { RandomHeight, RandomWidth } from './sizes/stretch.ts';

/** The augmentations of this package by type, for `layerFromJSON` and as a plugin's layers. */
export const builtinAugmentations: Readonly<Record<string, LayerClass>> = registryOf<LayerClass>(
  RandomFlip,
  RandomRotation,
  RandomTranslation,
  RandomZoom,
  RandomShear,
  RandomPerspective,
  RandomCrop,
  RandomIoUCrop,
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
  RandomChannelPermutation,
  JPEG,
  MixUp,
  CutMix,
  RandAugment,
  AugMix,
  AutoAugment,
  TrivialAugmentWide,
  Pipeline,
  RandomApply,
  RandomChoice,
  RandomOrder,
  MaxNumBoundingBoxes,
  SanitizeBoundingBoxes,
  ClampKeyPoints,
  SanitizeKeyPoints,
  FiveCrop,
  TenCrop,
  RandomWidth,
  RandomHeight,
  RandomResize,
  RandomShortestSize,
  ScaleJitter,
  RandomTimeShift,
  RandomGain,
  RandomNoise,
  TimeMasking,
  FrequencyMasking,
);
