import type { LayerClass } from '../base/registry.ts';
import { Embedding } from './embedding.ts';
import { ReversibleEmbedding } from './reversible-embedding.ts';

/** The layers of this folder. */
export const embeddingLayers: readonly LayerClass[] = [Embedding, ReversibleEmbedding];
