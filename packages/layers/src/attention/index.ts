export {
  AdditiveAttention,
  type AdditiveAttentionOptions,
  Attention,
  type AttentionOptions,
} from './attention.ts';
export { GroupQueryAttention, type GroupQueryAttentionMain, type GroupQueryAttentionOptions } from './grouped-query.ts';
export type { AttentionCallOptions, AttentionOutput } from './inputs.ts';
export { MultiHeadAttention, type MultiHeadAttentionMain, type MultiHeadAttentionOptions } from './multi-head.ts';
export type { ProjectedAttentionOptions } from './projected.ts';
