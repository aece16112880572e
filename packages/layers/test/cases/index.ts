import type { LayerCase } from '@nablajs/testkit';
import { ACTIVATIONS } from './activations.ts';
import { ATTENTION } from './attention.ts';
import { BASIC } from './basic.ts';
import { CONVOLUTION } from './convolution.ts';
import { DENSE } from './dense.ts';
import { EMBEDDING } from './embedding.ts';
import { IMAGE } from './image.ts';
import { MERGING } from './merging.ts';
import { NORMALIZATION } from './normalization.ts';
import { POOLING } from './pooling.ts';
import { PREPROCESSING } from './preprocessing.ts';
import { RECURRENT } from './recurrent.ts';
import { REGULARIZATION } from './regularization.ts';
import { SHAPE } from './shape.ts';

/** Layers by what is special about them, and what is claimed of each. */
export const CASES: readonly LayerCase[] = [
  ...ACTIVATIONS,
  ...ATTENTION,
  ...BASIC,
  ...CONVOLUTION,
  ...DENSE,
  ...EMBEDDING,
  ...IMAGE,
  ...MERGING,
  ...NORMALIZATION,
  ...POOLING,
  ...RECURRENT,
  ...PREPROCESSING,
  ...REGULARIZATION,
  ...SHAPE,
];
