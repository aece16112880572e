import { fromData, type Tensor } from '@nablajs/tensor';
import { RandomFlip, RandomRotation } from '../src/index.ts';

/** One call of each that does something to every image. */
export const CONFIGS: Readonly<Record<string, object>> = {
  RandomFlip: {},
  RandomRotation: { factor: 0.2 },
  RandomTranslation: { heightFactor: 0.2, widthFactor: 0.3 },
  RandomZoom: { heightFactor: 0.3 },
  RandomShear: { xFactor: 0.3, yFactor: 0.2 },
  RandomPerspective: { scale: 0.5 },
  RandomCrop: { height: 6, width: 5 },
  RandomIoUCrop: { minOverlaps: [0] },
  RandomElasticTransform: {},
  RandomErasing: {},
  RandomBrightness: { factor: 0.3 },
  RandomContrast: { factor: 0.4 },
  RandomHue: { factor: 0.5 },
  RandomSaturation: { factor: 0.7 },
  RandomColorDegeneration: { factor: 0.6 },
  RandomColorJitter: { brightnessFactor: 0.2, contrastFactor: 0.3, saturationFactor: 0.6, hueFactor: 0.2 },
  RandomGrayscale: {},
  RandomInvert: {},
  RandomPosterization: { factor: 3 },
  Solarization: { thresholdFactor: 0.5 },
  AutoContrast: {},
  Equalization: {},
  ContrastLimitedAdaptiveHistogramEqualization: { tileGridSize: [2, 2] },
  RandomSharpness: { factor: 1 },
  RandomGaussianBlur: { sigma: [0.5, 2] },
  RandomChannelPermutation: {},
  JPEG: { quality: [10, 60] },
  MixUp: {},
  CutMix: {},
  RandAugment: { numOps: 1 },
  AugMix: { numChains: 1, chainDepth: 1 },
  AutoAugment: { policy: 'imagenet' },
  TrivialAugmentWide: {},
  Pipeline: { layers: [new RandomFlip('horizontal', { name: 'flip' }), new RandomRotation(0.1, { name: 'turn' })] },
  RandomApply: { layers: [new RandomFlip('horizontal', { name: 'flip' })], rate: 0.5 },
  RandomChoice: {
    layers: [new RandomFlip('horizontal', { name: 'flip' }), new RandomFlip('vertical', { name: 'turn' })],
  },
  RandomOrder: { layers: [new RandomFlip('horizontal', { name: 'flip' }), new RandomRotation(0.1, { name: 'turn' })] },
  MaxNumBoundingBoxes: { maxNumber: 3 },
  SanitizeBoundingBoxes: {},
  ClampKeyPoints: {},
  SanitizeKeyPoints: {},
  FiveCrop: { height: 5, width: 4 },
  TenCrop: { height: 5, width: 4 },
  RandomWidth: { factor: [0.2, 0.5] },
  RandomHeight: { factor: 0.5 },
  RandomResize: { minSize: 5, maxSize: 12 },
  RandomShortestSize: { minSize: [6, 9, 11] },
  ScaleJitter: { targetSize: [10, 12] },
  RandomTimeShift: { factor: 0.3 },
  RandomGain: { factor: 0.3 },
  RandomNoise: { stddev: 0.3 },
  TimeMasking: {},
  FrequencyMasking: {},
};

/** Those that have other sizes in training than otherwise. */
export const SIZES: readonly string[] = [
  'RandomWidth',
  'RandomHeight',
  'RandomResize',
  'RandomShortestSize',
  'ScaleJitter',
];

/** Four pictures with values from 0 to 255. */
export const photo = (): Tensor =>
  fromData(
    Float32Array.from({ length: 4 * 8 * 8 * 3 }, (_, i) => (Math.sin(i * 0.37) + 1) * 127.5),
    [4, 8, 8, 3],
  );
