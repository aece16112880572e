import type { LayerCase } from '@nablajs/testkit';
import { Embedding, ReversibleEmbedding } from '../../src/index.ts';

export const EMBEDDING: readonly LayerCase[] = [
  [
    'Embedding',
    {
      make: () => new Embedding(5, 3, { maskZero: true }),
      config: { inputDim: 5, outputDim: 3, maskZero: true },
      input: [2, 4],
      dtype: 'int32',
      output: [2, 4, 3],
      weights: { embeddings: [5, 3] },
    },
  ],
  [
    'Embedding of numbers that are too large',
    {
      make: () => new Embedding(3, 2),
      config: { inputDim: 3, outputDim: 2 },
      input: [5],
      dtype: 'int32',
      output: [5, 2],
      weights: { embeddings: [3, 2] },
    },
  ],
  [
    'ReversibleEmbedding',
    {
      make: () => new ReversibleEmbedding(4, 2),
      config: { inputDim: 4, outputDim: 2 },
      input: [2, 3],
      dtype: 'int32',
      output: [2, 3, 2],
      weights: { embeddings: [4, 2] },
    },
  ],
  [
    'ReversibleEmbedding on the way back',
    {
      make: () => new ReversibleEmbedding(4, 3, { logitSoftCap: 2 }),
      config: { inputDim: 4, outputDim: 3, logitSoftCap: 2 },
      input: [2, 2, 3],
      output: [2, 2, 4],
      weights: { embeddings: [4, 3] },
    },
  ],
  [
    'ReversibleEmbedding on a way back of its own',
    {
      make: () => new ReversibleEmbedding(4, 3, { tieWeights: false }),
      config: { inputDim: 4, outputDim: 3, tieWeights: false },
      input: [2, 3],
      output: [2, 4],
      weights: { embeddings: [4, 3], reverse_embeddings: [3, 4] },
    },
  ],
];
