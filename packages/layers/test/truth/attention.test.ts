// Attention against loops in float64 over heads, queries and values.
import { fromData, type Tensor, tensor, zeros } from '@nablajs/tensor';
import { describe, expect, test } from 'vitest';
import {
  AdditiveAttention,
  Attention,
  GroupQueryAttention,
  Input,
  type Layer,
  MultiHeadAttention,
  maskOf,
  withMask,
} from '../../src/index.ts';
import { onReference } from '../kit.ts';
import { expectValues, reader, waves } from './close.ts';

onReference();

type Read = (...at: number[]) => number;
const range = (size: number): number[] => Array.from({ length: size }, (_, i) => i);
const sum = (size: number, f: (i: number) => number): number => range(size).reduce((total, i) => total + f(i), 0);

function softmax(scores: readonly number[]): number[] {
  const powers = scores.map((score) => Math.exp(score - Math.max(...scores)));
  const total = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / total);
}

const [B, T, S, D] = [2, 3, 4, 5];
const q = waves(B * T * D);
const v = waves(B * S * D, 1);
const k = waves(B * S * D, 2);
const [query, value, key] = [fromData(q, [B, T, D]), fromData(v, [B, S, D]), fromData(k, [B, S, D])];
const [Q, V, K] = [reader(q, [B, T, D]), reader(v, [B, S, D]), reader(k, [B, S, D])];

/** Shares of all values for each query of each sample, by a rule for scores. */
function shares(
  score: (b: number, t: number, s: number) => number,
  allowed: (...at: number[]) => boolean = () => true,
) {
  return range(B).map((b) =>
    range(T).map((t) => softmax(range(S).map((s) => (allowed(b, t, s) ? score(b, t, s) : -1e9)))),
  );
}

const mixed = (weights: number[][][], values: Read, size: number = D): number[] =>
  weights.flatMap((sample, b) =>
    sample.flatMap((row) => range(size).map((d) => row.reduce((total, w, s) => total + w * values(b, s, d), 0))),
  );

const dot = (b: number, t: number, s: number): number => sum(D, (d) => Q(b, t, d) * K(b, s, d));

describe('Attention', () => {
  test('by dot products, with a learned scale, and its scores', async () => {
    const layer = new Attention(true, { returnAttentionScores: true });
    const [output, scores] = layer.apply([query, value, key]);
    const expected = shares(dot);
    await expectValues(output, mixed(expected, V));
    await expectValues(scores, expected.flat(2));
    layer.setWeights([tensor(0.5)]);
    await expectValues(
      layer.apply([query, value, key])[0],
      mixed(
        shares((...at) => 0.5 * dot(...at)),
        V,
      ),
    );
    const values = (b: number, t: number, s: number): number => sum(D, (d) => Q(b, t, d) * V(b, s, d));
    await expectValues(new Attention().apply([query, value]), mixed(shares(values), V));
  });

  test('by sums', async () => {
    const layer = new Attention({ scoreMode: 'concat', useScale: true });
    layer.outputSpec([query.spec, value.spec, key.spec]);
    layer.setWeights([tensor(0.7), tensor(1.3)]);
    const score = (b: number, t: number, s: number): number =>
      1.3 * sum(D, (d) => Math.tanh(0.7 * (Q(b, t, d) + K(b, s, d))));
    await expectValues(layer.apply([query, value, key]), mixed(shares(score), V));
  });

  test('additive, with a vector', async () => {
    const layer = new AdditiveAttention();
    layer.outputSpec([query.spec, value.spec, key.spec]);
    const scale = waves(D, 4);
    layer.setWeights([fromData(scale, [D])]);
    const weighed = (b: number, t: number, s: number): number =>
      sum(D, (d) => scale[d]! * Math.tanh(Q(b, t, d) + K(b, s, d)));
    await expectValues(layer.apply([query, value, key]), mixed(shares(weighed), V));
    const plain = (b: number, t: number, s: number): number => sum(D, (d) => Math.tanh(Q(b, t, d) + K(b, s, d)));
    await expectValues(new AdditiveAttention(false).apply([query, value, key]), mixed(shares(plain), V));
  });

  test('masked values have no share, masked queries give 0, and later values are hidden', async () => {
    const [hasQuery, hasValue] = [(b: number, t: number) => t <= b, (b: number, s: number) => s !== b + 1];
    const masked = {
      query: withMask(query, maskFrom([B, T], hasQuery)),
      value: withMask(value, maskFrom([B, S], hasValue)),
    };
    const layer = new Attention({ useCausalMask: true });
    const output = layer.apply([masked.query, masked.value, key]);
    const expected = mixed(
      shares(dot, (b, t, s) => hasValue(b!, s!) && s! <= t!),
      V,
    );
    await expectValues(
      output,
      expected.map((x, i) => (hasQuery(Math.floor(i / (T * D)), Math.floor(i / D) % T) ? x : 0)),
    );
    expect(maskOf(output)).toBe(maskOf(masked.query));
    expect(maskOf(layer.apply([query, masked.value, key]))).toBeNull();
  });
});

function maskFrom(shape: readonly [number, number], there: (i: number, j: number) => boolean): Tensor {
  return tensor(range(shape[0]).map((i) => range(shape[1]).map((j) => Number(there(i, j))))).cast('bool');
}

/** Weights that follow a pattern, and readers of them by name. */
function patterned(layer: Layer<object, never, never>): (name: string) => Read {
  const values = layer.weights.map(({ shape, size }, i) =>
    fromData(
      waves(size, i).map((x) => 0.4 * x),
      shape,
    ),
  );
  layer.setWeights(values);
  return (name) => {
    const i = layer.weights.findIndex((weight) => weight.name.endsWith(`/${name}`));
    const { shape, size } = layer.weights[i]!;
    return reader(
      waves(size, i).map((x) => 0.4 * x),
      shape,
    );
  };
}

interface Sizes {
  readonly heads: number;
  /** Query heads per head of keys and values. */
  readonly shared: number;
  readonly keyDim: number;
  readonly valueDim: number;
}

/** Output and scores of attention in heads, by the book. */
function inHeads(
  weight: (name: string) => Read,
  { heads, shared, keyDim, valueDim }: Sizes,
  { allowed = () => true, gate = null }: { allowed?: (...at: number[]) => boolean; gate?: Read | null } = {},
): { readonly output: number[]; readonly scores: number[] } {
  const project = (x: Read, name: string, head: number, size: number) => {
    const [kernel, bias] = [weight(`${name}/kernel`), weight(`${name}/bias`)];
    return (b: number, step: number): number[] =>
      range(size).map((j) => bias(head, j) + sum(D, (d) => x(b, step, d) * kernel(d, head, j)));
  };
  const found = range(heads).map((n) => {
    const own = Math.floor(n / shared);
    const [ask, offer, give] = [
      project(Q, 'query', n, keyDim),
      project(K, 'key', own, keyDim),
      project(V, 'value', own, valueDim),
    ];
    const weights = shares((b, t, s) => {
      const [x, y] = [ask(b, t), offer(b, s)];
      return sum(keyDim, (j) => x[j]! * y[j]!) / Math.sqrt(keyDim);
    }, allowed);
    const values = (b: number, s: number, j: number): number => give(b, s)[j]!;
    return { weights, mixed: reader(mixed(weights, values as Read, valueDim), [B, T, valueDim]) };
  });
  const [back, bias] = [weight('attention_output/kernel'), weight('attention_output/bias')];
  const output = range(B).flatMap((b) =>
    range(T).flatMap((t) =>
      range(D).map(
        (d) =>
          bias(d) +
          sum(heads, (n) => sum(valueDim, (j) => (gate?.(b, t, n, j) ?? 1) * found[n]!.mixed(b, t, j) * back(n, j, d))),
      ),
    ),
  );
  return { output, scores: range(B).flatMap((b) => found.flatMap(({ weights }) => weights[b]!.flat())) };
}

describe('MultiHeadAttention', () => {
  const sizes = { heads: 2, shared: 1, keyDim: 3, valueDim: 2 };

  test('projects, attends in heads, and projects back', async () => {
    const layer = new MultiHeadAttention(2, 3, { valueDim: 2, returnAttentionScores: true });
    layer.outputSpec([query.spec, value.spec, key.spec]);
    const { output, scores } = inHeads(patterned(layer as never), sizes);
    const found = layer.apply([query, value, key]);
    await expectValues(found[0], output);
    await expectValues(found[1], scores);
    const still: Tensor = new MultiHeadAttention(2, 3).apply([query, value]);
    expect(still.shape).toEqual([B, T, D]);
  });

  test('groups of queries share keys and values', async () => {
    const layer = new GroupQueryAttention(3, 4, 2, { returnAttentionScores: true });
    layer.outputSpec([query.spec, value.spec, key.spec]);
    const { output, scores } = inHeads(patterned(layer as never), { heads: 4, shared: 2, keyDim: 3, valueDim: 3 });
    const found = layer.apply([query, value, key]);
    await expectValues(found[0], output);
    await expectValues(found[1], scores);
  });

  test('a gate weighs what is found', async () => {
    const layer = new MultiHeadAttention(2, 3, { valueDim: 2, useGate: true });
    layer.outputSpec([query.spec, value.spec, key.spec]);
    const weight = patterned(layer as never);
    const gate = (b: number, t: number, n: number, j: number): number => {
      const raw = weight('gate/bias')(n, j) + sum(D, (d) => Q(b, t, d) * weight('gate/kernel')(d, n, j));
      return 1 / (1 + Math.exp(-raw));
    };
    await expectValues(layer.apply([query, value, key]), inHeads(weight, sizes, { gate: gate as Read }).output);
    expect(layer.weights.map(({ name }) => name.replace('multi_head_attention/', ''))).toEqual(
      ['query', 'key', 'gate', 'value', 'attention_output'].flatMap((name) => [`${name}/kernel`, `${name}/bias`]),
    );
  });

  test('all masks hold at once: of query, value and key, causal, a window, and a given one', async () => {
    const layer = new MultiHeadAttention(2, 3, { valueDim: 2, useCausalMask: true, slidingWindow: 2 });
    layer.outputSpec([query.spec, value.spec, key.spec]);
    const weight = patterned(layer as never);
    const rules = {
      query: (b: number, t: number) => b === 0 || t > 0,
      value: (b: number, s: number) => b === 1 || s !== 1,
      key: (b: number, s: number) => b === 0 || s !== 2,
    };
    const given = (b: number, t: number, s: number): boolean => (b + t + s) % 3 !== 0;
    const inputs = [
      withMask(query, maskFrom([B, T], rules.query)),
      withMask(value, maskFrom([B, S], rules.value)),
      withMask(key, maskFrom([B, S], rules.key)),
      tensor(range(B).map((b) => range(T).map((t) => range(S).map((s) => Number(given(b, t, s)))))).cast('bool'),
    ];
    const allowed = (b: number, t: number, s: number): boolean =>
      rules.query(b, t) && rules.value(b, s) && rules.key(b, s) && given(b, t, s) && s <= t && t - s < 2;
    const output = layer.apply(inputs);
    await expectValues(output, inHeads(weight, sizes, { allowed: allowed as (...at: number[]) => boolean }).output);
    expect(maskOf(output)).toBe(maskOf(inputs[0]!));
    // One mask for all samples.
    const lower = maskFrom([T, S], (t, s) => s <= t);
    const plain = new MultiHeadAttention(2, 3, { valueDim: 2 });
    plain.outputSpec([query.spec, value.spec, key.spec]);
    patterned(plain as never);
    const causal = (_: number, t: number, s: number): boolean => s <= t;
    await expectValues(
      plain.apply([query, value, key, lower]),
      inHeads(weight, sizes, { allowed: causal as (...at: number[]) => boolean }).output,
    );
  });

  test('along one axis of several, each row attends by itself', async () => {
    const layer = new MultiHeadAttention(2, 3, { attentionAxes: 2 });
    const rows = [waves(T * D), waves(T * D, 3)].map((data) => fromData(data, [1, T, D]));
    const mask = maskFrom([1, T], (_, t) => t !== 1);
    const plane = fromData(Float32Array.from([...(await rows[0]!.data()), ...(await rows[1]!.data())]), [1, 2, T, D]);
    const found = layer.apply(withMask(plane, mask.expandDims(1).broadcastTo([1, 2, T])));
    const alone = new MultiHeadAttention(2, 3);
    alone.outputSpec(rows[0]!.spec);
    alone.setWeights(layer.weights.map(({ value }) => value));
    const expected = await Promise.all(rows.map((row) => alone.apply(withMask(row, mask)).data()));
    await expectValues(found, [...expected[0]!, ...expected[1]!]);
  });

  test('over two axes, it attends as over one that is both', async () => {
    const [wide, flat] = [new MultiHeadAttention(2, 3), new MultiHeadAttention(2, 3)];
    const x = fromData(waves(B * 6 * D), [B, 6, D]);
    flat.outputSpec(x.spec);
    const y = wide.apply(x.reshape([B, 2, 3, D]));
    flat.setWeights(wide.weights.map(({ value }) => value));
    await expectValues(y, await flat.apply(x).data());
  });

  test('while training, scores are dropped and the rest grows', async () => {
    const layer = new MultiHeadAttention(2, 3, { dropout: 0.5, useBias: false });
    const x = fromData(waves(40 * D), [1, 40, D]);
    const [inferred, trained] = [layer.apply(x), layer.apply(x, { training: true })];
    expect(await inferred.data()).toEqual(await layer.apply(x).data());
    expect(await trained.data()).not.toEqual(await inferred.data());
  });

  test('works on placeholders', () => {
    const x = Input({ shape: [6, 4] });
    const [output, scores] = new MultiHeadAttention(2, 3, { returnAttentionScores: true }).apply([x, x]) as never as [
      typeof x,
      typeof x,
    ];
    expect([output.spec.shape, scores.spec.shape]).toEqual([
      [1, 6, 4],
      [1, 2, 6, 6],
    ]);
  });
});

test('what does not go together is refused, by name', () => {
  const layer = () => new MultiHeadAttention(2, 3);
  expect(() => layer().apply([query, value, key, zeros([B, T, S])])).toThrow(/fourth input, must be bool/);
  expect(() => layer().apply([query, value, key, zeros([1, 1, 1, 1, 1], 'bool')])).toThrow(/\[queries, values\]/);
  expect(() => layer().apply([])).toThrow(/"multi_head_attention".*takes \[query, value\]/);
  expect(() => new Attention().apply([query, value, key, key])).toThrow(/got a list of 4/);
  expect(() => new Attention().apply([query, value, zeros([B, S + 1, D])])).toThrow(/each value has one key/);
  expect(() => new Attention().apply([query, zeros([B, S, 2])])).toThrow(/as many features/);
  expect(() => layer().apply([query, zeros([1, S, D])])).toThrow(/one batch size/);
  expect(() => layer().apply([zeros([2, 3]), zeros([2, 3])])).toThrow(/\[batch, steps, features\]/);
  expect(() => new MultiHeadAttention(2, 3, { attentionAxes: 3 }).apply(zeros([1, 2, 2, 2]))).toThrow(
    /attentionAxes 3 does not fit/,
  );
  expect(() => new MultiHeadAttention(2, 3, { useCausalMask: true }).apply(zeros([1, 2, 2, 2]))).toThrow(
    /need one axis of steps/,
  );
  expect(() => new GroupQueryAttention(3, 4, 3)).toThrow(/must divide/);
});
