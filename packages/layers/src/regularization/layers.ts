import type { LayerClass } from '../base/registry.ts';
import { Dropout } from './dropout.ts';

/** The layers of this folder. */
export const regularizationLayers: readonly LayerClass[] = [Dropout];
