import type { LayerClass } from '../base/registry.ts';
import { Identity } from './identity.ts';
import { Lambda } from './lambda.ts';

/** The layers of this folder. */
export const basicLayers: readonly LayerClass[] = [Identity, Lambda];
