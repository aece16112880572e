export { Embedding, type EmbeddingConfig, type EmbeddingOptions, type EmbeddingSizes } from './embedding.ts';
export { ReversibleEmbedding, type ReversibleEmbeddingOptions } from './reversible-embedding.ts';
