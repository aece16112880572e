// Blocks of transformers against their parts, which are tested elsewhere, and positions by their formula.
import { fromData, tensor, zeros } from '@nablajs/tensor';
import { expect, test } from 'vitest';
import {
  Dense,
  type Layer,
  LayerNormalization,
  MultiHeadAttention,
  maskOf,
  PositionEmbedding,
  SinePositionEncoding,
  TransformerDecoder,
  TransformerEncoder,
  withMask,
} from '../../src/index.ts';
import { onReference } from '../kit.ts';
import { expectValues, waves } from './close.ts';

onReference();

const mask = tensor([[1, 1, 0]]).cast('bool');
const x = withMask(fromData(waves(12), [1, 3, 4]), mask);
const memory = fromData(waves(8, 2), [1, 2, 4]);

/** Parts with the weights of a block, in order. */
function parts(block: Layer<object, never>, causal: boolean, crossed: boolean) {
  const attentions = [causal, false].slice(0, crossed ? 2 : 1).map((useCausalMask) => ({
    attend: new MultiHeadAttention(2, 2, { useCausalMask }),
    norm: new LayerNormalization({ epsilon: 1e-5 }),
  }));
  const dense = [new Dense(3, { activation: 'relu' }), new Dense(4)] as const;
  const last = new LayerNormalization({ epsilon: 1e-5 });
  for (const { attend, norm } of attentions) {
    attend.outputSpec([x.spec, x.spec]);
    norm.outputSpec(x.spec);
  }
  dense[1].outputSpec(dense[0].outputSpec(x.spec));
  last.outputSpec(x.spec);
  const all = [...attentions.flatMap(({ attend, norm }) => [...attend.weights, ...norm.weights]), ...dense[0].weights];
  const weights = [...all, ...dense[1].weights, ...last.weights];
  expect(weights.map(({ shape }) => shape)).toEqual(block.weights.map(({ shape }) => shape));
  for (const [i, weight] of weights.entries()) {
    const value = fromData(waves(weight.size, i), weight.shape);
    weight.assign(value);
    block.weights[i]!.assign(value);
  }
  return { attentions, feed: (y: typeof x) => dense[1].apply(dense[0].apply(y)), last };
}

test('an encoder adds each part and normalizes, after it or before', async () => {
  const block = new TransformerEncoder(3, 2);
  block.outputSpec(x.spec);
  const { attentions, feed, last } = parts(block as never, false, false);
  const [{ attend, norm }] = attentions as [(typeof attentions)[0]];
  const y = norm.apply(x.add(attend.apply(x)));
  const found = block.apply(x);
  await expectValues(found, await last.apply(y.add(feed(y))).data());
  expect(maskOf(found)).toBe(mask);
  expect(block.weights[0]!.name).toBe('transformer_encoder/self_attention/query/kernel');

  const first = new TransformerEncoder(3, 2, { normalizeFirst: true });
  first.outputSpec(x.spec);
  first.setWeights(block.weights.map(({ value }) => value));
  const z = x.add(attend.apply(norm.apply(x)));
  await expectValues(first.apply(x), await z.add(feed(last.apply(z))).data());
  expect(() => new TransformerEncoder(3, 3).apply(x)).toThrow(/multiple of numHeads 3/);
});

test('a decoder sees no later steps, and what an encoder gave', async () => {
  const block = new TransformerDecoder(3, 2);
  block.outputSpec([x.spec, memory.spec]);
  const { attentions, feed, last } = parts(block as never, true, true);
  const [self, cross] = attentions as [(typeof attentions)[0], (typeof attentions)[0]];
  const y = self.norm.apply(x.add(self.attend.apply(x)));
  const marked = withMask(y, mask);
  const z = cross.norm.apply(marked.add(cross.attend.apply([marked, memory])));
  await expectValues(block.apply([x, memory]), await last.apply(z.add(feed(z))).data());
  expect(new TransformerDecoder(3, 2).apply(x).shape).toEqual([1, 3, 4]);
  expect(() => block.apply([x, memory, memory])).toThrow(/takes \[x, memory\]/);
});

test('positions by sines, by their formula', async () => {
  const expected = [0, 1, 2].flatMap((t) =>
    [0, 1, 2, 3, 4].map((d) => {
      const angle = t / 100 ** ((2 * Math.floor(d / 2)) / 5);
      return d % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
    }),
  );
  await expectValues(new SinePositionEncoding(100).apply(zeros([2, 3, 5])), [...expected, ...expected]);
});

test('learned positions', async () => {
  const layer = new PositionEmbedding(4, { initializer: 'ones' });
  await expectValues(layer.apply(zeros([2, 3, 1])), [1, 1, 1, 1, 1, 1]);
  layer.setWeights([tensor([[1], [2], [3], [4]])]);
  await expectValues(layer.apply(zeros([2, 3, 1])), [1, 2, 3, 1, 2, 3]);
  expect(() => layer.apply(zeros([1, 5, 1]))).toThrow(/vectors for 4 steps/);
});
