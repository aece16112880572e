export type { Interpolation } from './resample.ts';
export { type PerChannel, Rescaling, type RescalingOptions } from './rescaling.ts';
export { CenterCrop, type CenterCropOptions, type ImageSize, Resizing, type ResizingOptions } from './resizing.ts';
export {
  UpSampling1D,
  UpSampling2D,
  UpSampling3D,
  type UpSamplingConfig,
  type UpSamplingOptions,
} from './up-sampling.ts';
