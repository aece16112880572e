import type { LayerClass } from '../base/registry.ts';
import { AdditiveAttention, Attention } from './attention.ts';
import { GroupQueryAttention } from './grouped-query.ts';
import { MultiHeadAttention } from './multi-head.ts';
import { PositionEmbedding, SinePositionEncoding } from './positions.ts';
import { TransformerDecoder, TransformerEncoder } from './transformer.ts';

/** The layers of this folder. */
export const attentionLayers: readonly LayerClass[] = [
  Attention,
  AdditiveAttention,
  MultiHeadAttention,
  GroupQueryAttention,
  TransformerEncoder,
  TransformerDecoder,
  SinePositionEncoding,
  PositionEmbedding,
];
