export {
  AdditiveAttention,
  type AdditiveAttentionOptions,
  Attention,
  type AttentionOptions,
} from './attention.ts';
export { GroupQueryAttention, type GroupQueryAttentionMain, type GroupQueryAttentionOptions } from './grouped-query.ts';
export type { AttentionCallOptions, AttentionOutput } from './inputs.ts';
export { MultiHeadAttention, type MultiHeadAttentionMain, type MultiHeadAttentionOptions } from './multi-head.ts';
export {
  PositionEmbedding,
  type PositionEmbeddingOptions,
  SinePositionEncoding,
  type SinePositionEncodingOptions,
} from './positions.ts';
export type { ProjectedAttentionOptions } from './projected.ts';
export {
  TransformerDecoder,
  TransformerEncoder,
  type TransformerMain,
  type TransformerOptions,
} from './transformer.ts';
