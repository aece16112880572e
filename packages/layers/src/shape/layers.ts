import type { LayerClass } from '../base/registry.ts';
import { Flatten } from './flatten.ts';
import { Reshape } from './reshape.ts';

/** The layers of this folder. */
export const shapeLayers: readonly LayerClass[] = [Flatten, Reshape];
