// The idea of an augmentation

export { Augmentation, type ImageChange, type ImageSamples } from './base/augmentation.ts';
export type { Factor, FactorRange, FillMode, PixelInterpolation } from './base/options.ts';
export { builtinAugmentations } from './builtin.ts';

// Images: where pixels are

export { ClampKeyPoints, SanitizeKeyPoints, type SanitizeKeyPointsOptions } from './boxes/key-points.ts';
export { MaxNumBoundingBoxes, type MaxNumBoundingBoxesOptions } from './boxes/max-number.ts';
export { SanitizeBoundingBoxes, type SanitizeBoundingBoxesOptions } from './boxes/sanitize.ts';
export { RandomCrop } from './geometry/crop.ts';
export { RandomElasticTransform, type RandomElasticTransformOptions } from './geometry/elastic.ts';
export { FiveCrop, TenCrop, type TenCropOptions } from './geometry/five-crop.ts';
export { type FlipMode, RandomFlip } from './geometry/flip.ts';
export type { GeometricOptions } from './geometry/geometric.ts';
export { RandomIoUCrop, type RandomIoUCropOptions } from './geometry/iou-crop.ts';
export { RandomPerspective, type RandomPerspectiveOptions } from './geometry/perspective.ts';
export { RandomRotation } from './geometry/rotation.ts';
export { RandomShear, type RandomShearOptions } from './geometry/shear.ts';
export { RandomTranslation } from './geometry/translation.ts';
export { RandomZoom } from './geometry/zoom.ts';

// Images: what they look like

export { type ColorOptions, RandomBrightness } from './color/brightness.ts';
export { RandomChannelPermutation } from './color/channel-permutation.ts';
export { RandomContrast } from './color/contrast.ts';
export { RandomColorDegeneration, RandomGrayscale, RandomInvert } from './color/degeneration.ts';
export { RandomHue } from './color/hue.ts';
export { RandomColorJitter, type RandomColorJitterOptions } from './color/jitter.ts';
export { AutoContrast, RandomPosterization, Solarization, type SolarizationOptions } from './color/levels.ts';
export { RandomSaturation } from './color/saturation.ts';
export { RandomErasing, type RandomErasingOptions } from './erasing.ts';
export { RandomGaussianBlur, type RandomGaussianBlurOptions } from './filter/blur.ts';
export { RandomSharpness } from './filter/sharpness.ts';
export { type ClaheOptions, ContrastLimitedAdaptiveHistogramEqualization } from './histogram/clahe.ts';
export { Equalization, type EqualizationOptions } from './histogram/equalization.ts';
export { type ChromaSubsampling, JPEG, type JPEGOptions } from './jpeg/jpeg.ts';

// Several images, several augmentations

export { CutMix, type CutMixOptions } from './mix/cut-mix.ts';
export { MixUp, type MixUpOptions } from './mix/mix-up.ts';
export { AugMix, type AugMixOptions } from './policy/aug-mix.ts';
export {
  AutoAugment,
  type LearnedPolicyOptions,
  type Policy,
} from './policy/auto-augment.ts';
export type { Operation } from './policy/per-image.ts';
export { Pipeline } from './policy/pipeline.ts';
export type { PolicyName, PolicyStep, SubPolicy } from './policy/published.ts';
export { RandAugment, type RandAugmentOptions } from './policy/rand-augment.ts';
export { RandomApply, type RandomApplyOptions } from './policy/random-apply.ts';
export { RandomChoice } from './policy/random-choice.ts';
export { RandomOrder } from './policy/random-order.ts';
export { TrivialAugmentWide, type TrivialAugmentWideOptions } from './policy/trivial-augment.ts';

// Series and spectrograms

export {
  FrequencyMasking,
  RandomGain,
  RandomNoise,
  RandomTimeShift,
  type SpanMaskingOptions,
  TimeMasking,
} from './signal/signal.ts';

// Sizes of whole batches

export type { SizeOptions } from './sizes/batch-size.ts';
export {
  RandomResize,
  RandomShortestSize,
  type RandomShortestSizeOptions,
  ScaleJitter,
  type ScaleJitterOptions,
} from './sizes/scale.ts';
export { RandomHeight, RandomWidth } from './sizes/stretch.ts';
