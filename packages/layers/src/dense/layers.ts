import type { LayerClass } from '../base/registry.ts';
import { Dense } from './dense.ts';
import { Maxout } from './maxout.ts';

/** The layers of this folder. */
export const denseLayers: readonly LayerClass[] = [Dense, Maxout];
