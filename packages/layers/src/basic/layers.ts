import type { LayerClass } from '../base/registry.ts';
import { Identity } from './identity.ts';
import { Masking } from './masking.ts';
import { WithMask } from './with-mask.ts';

/** The layers of this folder that files can name: a Lambda has no JSON. */
export const basicLayers: readonly LayerClass[] = [Identity, Masking, WithMask as unknown as LayerClass];
