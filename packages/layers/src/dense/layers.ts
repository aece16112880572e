import type { LayerClass } from '../base/registry.ts';
import { AdaptiveLogSoftmax } from './adaptive-log-softmax.ts';
import { Bilinear } from './bilinear.ts';
import { Dense } from './dense.ts';
import { EinsumDense } from './einsum-dense.ts';
import { Maxout } from './maxout.ts';
import { SwiGLU } from './swiglu.ts';

/** The layers of this folder. */
export const denseLayers: readonly LayerClass[] = [Dense, Maxout, EinsumDense, SwiGLU, Bilinear, AdaptiveLogSoftmax];
