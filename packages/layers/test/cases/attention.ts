import type { Shape } from '@nablajs/tensor';
import type { LayerCase } from '@nablajs/testkit';
import {
  AdditiveAttention,
  Attention,
  GroupQueryAttention,
  MultiHeadAttention,
  PositionEmbedding,
  SinePositionEncoding,
  TransformerDecoder,
  TransformerEncoder,
} from '../../src/index.ts';

type WeightClaims = readonly (readonly [name: string, shape: Shape])[];

/** Weights of projections to heads and back, in order. */
function projections(features: number, heads: readonly [queries: number, values: number], size: number): WeightClaims {
  const into = (count: number) => [['kernel', [features, count, size]] as const, ['bias', [count, size]] as const];
  return [
    ...into(heads[0]),
    ...into(heads[1]),
    ...into(heads[1]),
    ['kernel', [heads[0], size, features]],
    ['bias', [features]],
  ];
}

const NORM: WeightClaims = [
  ['gamma', [4]],
  ['beta', [4]],
];
const FEEDFORWARD: WeightClaims = [['kernel', [4, 3]], ['bias', [3]], ['kernel', [3, 4]], ['bias', [4]], ...NORM];

export const ATTENTION: readonly LayerCase[] = [
  [
    'Attention',
    {
      make: () => new Attention(true),
      config: { useScale: true },
      input: [
        [2, 3, 4],
        [2, 5, 4],
      ],
      output: [2, 3, 4],
      weights: { scale: [] },
    },
  ],
  [
    'Attention by sums, of keys of their own, with scores',
    {
      make: () =>
        new Attention({ scoreMode: 'concat', useCausalMask: true, returnAttentionScores: true, dropout: 0.3 }),
      config: { scoreMode: 'concat', useCausalMask: true, returnAttentionScores: true, dropout: 0.3 },
      input: [
        [2, 3, 4],
        [2, 3, 2],
        [2, 3, 4],
      ],
      output: [
        [2, 3, 2],
        [2, 3, 3],
      ],
      weights: { concat_score_weight: [] },
    },
  ],
  [
    'AdditiveAttention',
    {
      make: () => new AdditiveAttention(),
      config: { useScale: true },
      input: [
        [2, 3, 4],
        [2, 2, 4],
      ],
      output: [2, 3, 4],
      weights: { scale: [4] },
    },
  ],
  [
    'MultiHeadAttention',
    {
      make: () => new MultiHeadAttention(2, 3),
      config: { numHeads: 2, keyDim: 3 },
      input: [
        [2, 3, 4],
        [2, 5, 4],
      ],
      output: [2, 3, 4],
      weights: projections(4, [2, 2], 3),
    },
  ],
  [
    'MultiHeadAttention of one tensor, causal, gated',
    {
      make: () =>
        new MultiHeadAttention(2, 2, { useCausalMask: true, slidingWindow: 2, useGate: true, useBias: false }),
      config: { numHeads: 2, keyDim: 2, useCausalMask: true, slidingWindow: 2, useGate: true, useBias: false },
      input: [2, 4, 3],
      output: [2, 4, 3],
      weights: [
        ['kernel', [3, 2, 2]],
        ['kernel', [3, 2, 2]],
        ['kernel', [3, 2, 2]],
        ['kernel', [3, 2, 2]],
        ['kernel', [2, 2, 3]],
      ],
    },
  ],
  [
    'MultiHeadAttention in a plane, to another shape, with scores',
    {
      make: () =>
        new MultiHeadAttention(2, 2, {
          valueDim: 3,
          outputShape: [2, 2],
          attentionAxes: 2,
          dropout: 0.2,
          returnAttentionScores: true,
        }),
      config: {
        numHeads: 2,
        keyDim: 2,
        valueDim: 3,
        outputShape: [2, 2],
        attentionAxes: [2],
        dropout: 0.2,
        returnAttentionScores: true,
      },
      input: [
        [1, 2, 3, 4],
        [1, 2, 2, 3],
        [1, 2, 2, 2],
      ],
      output: [
        [1, 2, 3, 2, 2],
        [1, 2, 2, 3, 2],
      ],
      weights: [
        ['kernel', [4, 2, 2]],
        ['bias', [2, 2]],
        ['kernel', [2, 2, 2]],
        ['bias', [2, 2]],
        ['kernel', [3, 2, 3]],
        ['bias', [2, 3]],
        ['kernel', [2, 3, 2, 2]],
        ['bias', [2, 2]],
      ],
    },
  ],
  [
    'MultiHeadAttention over two axes',
    {
      make: () => new MultiHeadAttention(1, 2),
      config: { numHeads: 1, keyDim: 2 },
      input: [
        [1, 2, 3, 2],
        [1, 3, 2, 2],
      ],
      output: [1, 2, 3, 2],
      weights: projections(2, [1, 1], 2),
    },
  ],
  [
    'GroupQueryAttention',
    {
      make: () => new GroupQueryAttention(3, 4, 2),
      config: { headDim: 3, numQueryHeads: 4, numKeyValueHeads: 2 },
      input: [
        [2, 3, 4],
        [2, 2, 4],
      ],
      output: [2, 3, 4],
      weights: projections(4, [4, 2], 3),
    },
  ],
  [
    'TransformerEncoder',
    {
      make: () => new TransformerEncoder(3, 2, { normalizeFirst: true, dropout: 0.2 }),
      config: { intermediateDim: 3, numHeads: 2, normalizeFirst: true, dropout: 0.2 },
      input: [2, 3, 4],
      output: [2, 3, 4],
      weights: [...projections(4, [2, 2], 2), ...NORM, ...FEEDFORWARD],
    },
  ],
  [
    'TransformerDecoder',
    {
      make: () => new TransformerDecoder(3, 2, { activation: 'tanh' }),
      config: { intermediateDim: 3, numHeads: 2, activation: 'tanh' },
      input: [
        [1, 3, 4],
        [1, 2, 4],
      ],
      output: [1, 3, 4],
      weights: [...projections(4, [2, 2], 2), ...NORM, ...projections(4, [2, 2], 2), ...NORM, ...FEEDFORWARD],
    },
  ],
  [
    'SinePositionEncoding',
    { make: () => new SinePositionEncoding(), config: { maxWavelength: 10000 }, input: [2, 3, 4], output: [2, 3, 4] },
  ],
  [
    'PositionEmbedding',
    {
      make: () => new PositionEmbedding(5),
      config: { sequenceLength: 5 },
      input: [2, 3, 4],
      output: [2, 3, 4],
      weights: { embeddings: [5, 4] },
    },
  ],
];
