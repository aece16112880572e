import { Activation } from './activations/activation.ts';
import { ELU, LeakyReLU, PReLU, ReLU } from './activations/rectifiers.ts';
import { Softmax } from './activations/softmax.ts';
import { type LayerClass, registryOf } from './base/registry.ts';
import { Conv1D, Conv2D, Conv3D } from './convolution/conv.ts';
import { DepthwiseConv1D, DepthwiseConv2D } from './convolution/depthwise.ts';
import { SeparableConv1D, SeparableConv2D } from './convolution/separable.ts';
import { Dense } from './dense/dense.ts';
import { Maxout } from './dense/maxout.ts';
import { BatchNormalization } from './normalization/batch-normalization.ts';
import {
  GlobalAveragePooling1D,
  GlobalAveragePooling2D,
  GlobalAveragePooling3D,
  GlobalMaxPooling1D,
  GlobalMaxPooling2D,
  GlobalMaxPooling3D,
} from './pooling/global-pooling.ts';
import {
  AveragePooling1D,
  AveragePooling2D,
  AveragePooling3D,
  MaxPooling1D,
  MaxPooling2D,
  MaxPooling3D,
} from './pooling/pooling.ts';
import { Dropout } from './regularization/dropout.ts';
import { Flatten } from './shape/flatten.ts';
import { Reshape } from './shape/reshape.ts';

/** The layers of this package by type, for `layerFromJSON`. */
export const builtinLayers: Readonly<Record<string, LayerClass>> = registryOf<LayerClass>(
  Dense,
  Maxout,
  Conv1D,
  Conv2D,
  Conv3D,
  SeparableConv1D,
  SeparableConv2D,
  DepthwiseConv1D,
  DepthwiseConv2D,
  MaxPooling1D,
  MaxPooling2D,
  MaxPooling3D,
  AveragePooling1D,
  AveragePooling2D,
  AveragePooling3D,
  GlobalMaxPooling1D,
  GlobalMaxPooling2D,
  GlobalMaxPooling3D,
  GlobalAveragePooling1D,
  GlobalAveragePooling2D,
  GlobalAveragePooling3D,
  Flatten,
  Reshape,
  Dropout,
  BatchNormalization,
  Activation,
  ReLU,
  LeakyReLU,
  ELU,
  PReLU,
  Softmax,
);
