import type { LayerClass } from '../base/registry.ts';
import { BatchNormalization } from './batch-normalization.ts';

/** The layers of this folder. */
export const normalizationLayers: readonly LayerClass[] = [BatchNormalization];
