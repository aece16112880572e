// The base: for models, and for layers of your own

// Activations
export { Activation, type ActivationOptions } from './activations/activation.ts';
export {
  type ActivationFunction,
  type ActivationLike,
  type ActivationName,
  activationFrom,
} from './activations/from.ts';
export {
  ELU,
  type ELUOptions,
  LeakyReLU,
  type LeakyReLUOptions,
  PReLU,
  type PReLUOptions,
  ReLU,
  type ReLUOptions,
} from './activations/rectifiers.ts';
export { Softmax, type SoftmaxOptions } from './activations/softmax.ts';
export type { LayerJSON, PieceJSON } from './base/json.ts';
export { defaultName, Layer, type Mode } from './base/layer.ts';
export type { Complete, LayerOptions } from './base/options.ts';
export { Input, InputLayer, type InputOptions, Placeholder } from './base/placeholder.ts';
export { type LayerClass, type LayerRegistry, layerFromJSON, type PieceClass, registryOf } from './base/registry.ts';
export { type WeightMaker, type WeightOptions, withBlankWeights } from './base/weights.ts';
export { builtinLayers } from './builtin.ts';
// Convolutions
export {
  Conv1D,
  type Conv1DOptions,
  Conv2D,
  Conv3D,
  type ConvConfig,
  type ConvLayerOptions,
  type ConvSizes,
} from './convolution/conv.ts';
export {
  DepthwiseConv1D,
  DepthwiseConv2D,
  type DepthwiseConvConfig,
  type DepthwiseConvOptions,
  type DepthwiseConvSizes,
} from './convolution/depthwise.ts';
export type { ConvolutionConfig, ConvolutionOptions, DepthwiseOptions } from './convolution/options.ts';
export {
  SeparableConv1D,
  SeparableConv2D,
  type SeparableConvConfig,
  type SeparableConvOptions,
} from './convolution/separable.ts';
// Dense layers
export { Dense, type DenseConfig, type DenseOptions } from './dense/dense.ts';
export { Maxout, type MaxoutConfig, type MaxoutOptions } from './dense/maxout.ts';
// Initializers
export { Constant, IdentityInitializer, Ones, Zeros } from './initializers/constant.ts';
export { initializerFrom } from './initializers/from.ts';
export { Initializer, type InitializerLike, type InitializerName } from './initializers/initializer.ts';
export { Orthogonal, type OrthogonalConfig } from './initializers/orthogonal.ts';
export {
  RandomNormal,
  type RandomNormalConfig,
  RandomUniform,
  type RandomUniformConfig,
  TruncatedNormal,
} from './initializers/random.ts';
export {
  type FanMode,
  GlorotNormal,
  GlorotUniform,
  HeNormal,
  HeUniform,
  LecunNormal,
  LecunUniform,
  type ScalingDistribution,
  type SeedConfig,
  VarianceScaling,
  type VarianceScalingConfig,
} from './initializers/scaling.ts';
// Regularization and normalization
export { BatchNormalization, type BatchNormalizationOptions } from './normalization/batch-normalization.ts';
// Pooling
export {
  GlobalAveragePooling1D,
  GlobalAveragePooling2D,
  GlobalAveragePooling3D,
  GlobalMaxPooling1D,
  GlobalMaxPooling2D,
  GlobalMaxPooling3D,
  type GlobalPoolingOptions,
} from './pooling/global-pooling.ts';
export {
  AveragePooling1D,
  AveragePooling2D,
  AveragePooling3D,
  MaxPooling1D,
  MaxPooling2D,
  MaxPooling3D,
  type PoolingConfig,
  type PoolingOptions,
} from './pooling/pooling.ts';
export { Dropout, type DropoutOptions } from './regularization/dropout.ts';
// Regularizers
export { regularizerFrom } from './regularizers/from.ts';
export { L1, L1L2, type L1L2Config, L2, L2Norm } from './regularizers/norms.ts';
export { Regularizer, type RegularizerLike, type RegularizerName } from './regularizers/regularizer.ts';
// Shape
export { Flatten, type FlattenOptions } from './shape/flatten.ts';
export { Reshape, type ReshapeOptions } from './shape/reshape.ts';
export type { DataFormat } from './spatial/layout.ts';
export type { SpatialPadding } from './spatial/padding.ts';
