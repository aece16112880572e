import { activationLayers } from './activations/layers.ts';
import { attentionLayers } from './attention/layers.ts';
import { type LayerClass, type PieceClass, registryOf } from './base/registry.ts';
import { basicLayers } from './basic/layers.ts';
import { convolutionLayers } from './convolution/layers.ts';
import { denseLayers } from './dense/layers.ts';
import { embeddingLayers } from './embedding/layers.ts';
import { imageLayers } from './image/layers.ts';
import { Dirac } from './initializers/dirac.ts';
import { Sparse } from './initializers/sparse.ts';
import { STFT } from './initializers/stft.ts';
import { mergingLayers } from './merging/layers.ts';
import { normalizationLayers } from './normalization/layers.ts';
import { poolingLayers } from './pooling/layers.ts';
import { preprocessingLayers } from './preprocessing/layers.ts';
import { recurrentLayers } from './recurrent/layers.ts';
import { regularizationLayers } from './regularization/layers.ts';
import { OrthogonalRegularizer } from './regularizers/orthogonal.ts';
import { shapeLayers } from './shape/layers.ts';

/** The layers of this package by type, for `layerFromJSON`. */
export const builtinLayers: Readonly<Record<string, LayerClass>> = registryOf<LayerClass>(
  ...activationLayers,
  ...attentionLayers,
  ...basicLayers,
  ...convolutionLayers,
  ...denseLayers,
  ...embeddingLayers,
  ...imageLayers,
  ...mergingLayers,
  ...normalizationLayers,
  ...poolingLayers,
  ...recurrentLayers,
  ...preprocessingLayers,
  ...regularizationLayers,
  ...shapeLayers,
);

/**
 * Initializers and regularizers that are given as objects only: without short names, they cost nothing where they are not
 * used. For `layerFromJSON`, beside `builtinLayers`.
 */
export const builtinPieces: Readonly<Record<string, PieceClass>> = registryOf<PieceClass>(
  Dirac,
  Sparse,
  STFT,
  OrthogonalRegularizer,
);
