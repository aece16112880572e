// Recurrent layers against the formulas of the papers, number by number, in the conventions of Keras and of PyTorch.
import { ConfigError, fromData, ShapeError, setSeed, type Tensor, tensor } from '@nablajs/tensor';
import { describe, expect, test } from 'vitest';
import {
  type AnyLayer,
  Bidirectional,
  ConvLSTM1D,
  Dense,
  Embedding,
  GRU,
  GRUCell,
  LSTM,
  LSTMCell,
  listOf,
  maskOf,
  RNN,
  SimpleRNN,
  SimpleRNNCell,
  StackedRNNCells,
  TimeDistributed,
  withMask,
} from '../../src/index.ts';
import { onReference } from '../kit.ts';
import { expectValues, waves } from './close.ts';

onReference();

const [BATCH, STEPS, FEATURES, UNITS] = [2, 3, 2, 3];
const x = fromData(waves(BATCH * STEPS * FEATURES), [BATCH, STEPS, FEATURES]);
const sigmoid = (v: number): number => 1 / (1 + Math.exp(-v));

/** Gives a layer weights without a pattern; returns them, flat. */
function filled(layer: AnyLayer, input: readonly number[] = [BATCH, STEPS, FEATURES]): Float32Array[] {
  layer.outputSpec({ shape: [...input], dtype: 'float32' } as never);
  return layer.weights.map((variable, i) => {
    const values = waves(variable.size, i + 1).map((v) => v / 2);
    variable.assign(fromData(values, variable.shape));
    return values;
  });
}

type Vector = number[];
/** The rows of a batch of sequences. */
const row = (b: number, t: number): Vector => {
  const all = waves(BATCH * STEPS * FEATURES);
  return Array.from({ length: FEATURES }, (_, f) => all[(b * STEPS + t) * FEATURES + f]!);
};
/** `v M`, with M row-major of so many columns, from a column on. */
const product = (v: Vector, matrix: Float32Array, columns: number, first = 0, count = columns): Vector =>
  Array.from({ length: count }, (_, j) =>
    v.reduce((sum, value, i) => sum + value * matrix[i * columns + first + j]!, 0),
  );
const gate = (z: Vector, number: number): Vector => z.slice(number * UNITS, (number + 1) * UNITS);
const plus = (...vectors: Vector[]): Vector => vectors[0]!.map((_, i) => vectors.reduce((sum, v) => sum + v[i]!, 0));

/** Runs a step over all sequences; the outputs `[batch, steps, units]`, flat. */
function unrolled(step: (x: Vector, states: Vector[]) => Vector[], states: number, order = [0, 1, 2]): number[] {
  return Array.from({ length: BATCH }, (_, b) => {
    let kept = Array.from({ length: states }, () => new Array<number>(UNITS).fill(0));
    return order.map((t) => {
      kept = step(row(b, t), kept);
      return kept[0]!;
    });
  }).flat(2);
}

describe('SimpleRNN', () => {
  test('follows its formula, forwards and backwards', async () => {
    for (const goBackwards of [false, true]) {
      const layer = new SimpleRNN(UNITS, { returnSequences: true, goBackwards });
      const [W, U, b] = filled(layer) as [Float32Array, Float32Array, Float32Array];
      const step = (x: Vector, [h]: Vector[]): Vector[] => [
        plus(product(x, W, UNITS), product(h!, U, UNITS), [...b]).map(Math.tanh),
      ];
      await expectValues(layer.apply(x) as Tensor, unrolled(step, 1, goBackwards ? [2, 1, 0] : [0, 1, 2]));
    }
  });
});

describe('LSTM', () => {
  const layer = new LSTM(UNITS, { returnSequences: true, returnState: true });
  const [W, U, b] = filled(layer) as [Float32Array, Float32Array, Float32Array];
  const step = (x: Vector, [h, c]: Vector[]): Vector[] => {
    const z = plus(product(x, W, 4 * UNITS), product(h!, U, 4 * UNITS), [...b]);
    const [i, f, g, o] = [0, 1, 2, 3].map((number) => gate(z, number)) as [Vector, Vector, Vector, Vector];
    const cell = c!.map((value, k) => sigmoid(f[k]!) * value + sigmoid(i[k]!) * Math.tanh(g[k]!));
    return [cell.map((value, k) => sigmoid(o[k]!) * Math.tanh(value)), cell];
  };

  test('follows Keras: gates i, f, g, o in one kernel', async () => {
    const [all, h] = listOf<Tensor>(layer.apply(x)) as [Tensor, Tensor, Tensor];
    const expected = unrolled(step, 2);
    await expectValues(all, expected);
    await expectValues(h, [...expected.slice(6, 9), ...expected.slice(15, 18)]);
  });

  test('follows PyTorch: the transposed matrices, and two biases that add up', async () => {
    // weight_ih [4 units, features], weight_hh [4 units, units], bias_ih + bias_hh, gates i, f, g, o.
    const transposed = (matrix: Float32Array, rows: number): Float32Array =>
      Float32Array.from(matrix, (_, at) => matrix[(at % rows) * 4 * UNITS + Math.floor(at / rows)]!);
    const [ih, hh] = [transposed(W, FEATURES), transposed(U, UNITS)];
    const [bih, bhh] = [b.map((v) => v * 0.25), b.map((v) => v * 0.75)];
    const linear = (v: Vector, weight: Float32Array, bias: Float32Array): Vector =>
      [...bias].map((value, j) => v.reduce((sum, e, i) => sum + e * weight[j * v.length + i]!, value));
    const torch = (x: Vector, [h, c]: Vector[]): Vector[] => {
      const z = plus(linear(x, ih, bih), linear(h!, hh, bhh));
      const [i, f, g, o] = [0, 1, 2, 3].map((number) => gate(z, number)) as [Vector, Vector, Vector, Vector];
      const cell = c!.map((value, k) => sigmoid(f[k]!) * value + sigmoid(i[k]!) * Math.tanh(g[k]!));
      return [cell.map((value, k) => sigmoid(o[k]!) * Math.tanh(value)), cell];
    };
    await expectValues(listOf<Tensor>(layer.apply(x))[0]!, unrolled(torch, 2));
  });

  test('goes on from states: two halves are the whole', async () => {
    const [first, h, c] = listOf<Tensor>(layer.apply(x.slice([0, 0, 0], [BATCH, 2, FEATURES]))) as Tensor[];
    const [second] = listOf<Tensor>(layer.apply([x.slice([0, 2, 0], [BATCH, 1, FEATURES]), h!, c!]));
    const whole = unrolled(step, 2);
    await expectValues(first!, [...whole.slice(0, 6), ...whole.slice(9, 15)]);
    await expectValues(second!, [...whole.slice(6, 9), ...whole.slice(15, 18)]);
  });

  test('forgets nothing at first', async () => {
    const fresh = new LSTM(2);
    fresh.outputSpec({ shape: [1, 1, 1], dtype: 'float32' });
    expect(await fresh.weights[2]!.value.array()).toEqual([0, 0, 1, 1, 0, 0, 0, 0]);
    const plain = new LSTM(2, { unitForgetBias: false });
    plain.outputSpec({ shape: [1, 1, 1], dtype: 'float32' });
    expect(await plain.weights[2]!.value.array()).toEqual(new Array(8).fill(0));
  });
});

describe('GRU', () => {
  test('resets after the product, with two biases, as PyTorch and Keras do', async () => {
    const layer = new GRU(UNITS, { returnSequences: true });
    const [W, U, b] = filled(layer) as [Float32Array, Float32Array, Float32Array];
    const step = (x: Vector, [h]: Vector[]): Vector[] => {
      const a = plus(product(x, W, 3 * UNITS), [...b.slice(0, 3 * UNITS)]);
      const d = plus(product(h!, U, 3 * UNITS), [...b.slice(3 * UNITS)]);
      const z = plus(gate(a, 0), gate(d, 0)).map(sigmoid);
      const r = plus(gate(a, 1), gate(d, 1)).map(sigmoid);
      const n = gate(a, 2).map((v, k) => Math.tanh(v + r[k]! * gate(d, 2)[k]!));
      return [n.map((v, k) => (1 - z[k]!) * v + z[k]! * h![k]!)];
    };
    await expectValues(layer.apply(x) as Tensor, unrolled(step, 1));
  });

  test('resets before the product, as in the paper', async () => {
    const layer = new GRU(UNITS, { returnSequences: true, resetAfter: false });
    const [W, U, b] = filled(layer) as [Float32Array, Float32Array, Float32Array];
    const step = (x: Vector, [h]: Vector[]): Vector[] => {
      const a = plus(product(x, W, 3 * UNITS), [...b]);
      const z = plus(gate(a, 0), product(h!, U, 3 * UNITS, 0, UNITS)).map(sigmoid);
      const r = plus(gate(a, 1), product(h!, U, 3 * UNITS, UNITS, UNITS)).map(sigmoid);
      const back = product(
        h!.map((v, k) => v * r[k]!),
        U,
        3 * UNITS,
        2 * UNITS,
        UNITS,
      );
      const n = plus(gate(a, 2), back).map(Math.tanh);
      return [n.map((v, k) => (1 - z[k]!) * v + z[k]! * h![k]!)];
    };
    await expectValues(layer.apply(x) as Tensor, unrolled(step, 1));
  });
});

describe('masks', () => {
  const mask = tensor([
    [1, 0, 1],
    [1, 1, 0],
  ]).cast('bool');

  test('leave states as they are, and outputs as they were or at zero', async () => {
    const layer = new SimpleRNN(1, { returnSequences: true, activation: 'linear' });
    const zeroing = new SimpleRNN(1, { returnSequences: true, activation: 'linear', zeroOutputForMask: true });
    const ones = fromData(new Float32Array(6).fill(1), [2, 3, 1]);
    for (const one of [layer, zeroing]) {
      one.outputSpec({ shape: [2, 3, 1], dtype: 'float32' });
      for (const [i, value] of [1, 1, 0].entries())
        one.weights[i]!.assign(fromData(Float32Array.of(value), one.weights[i]!.shape));
    }
    // Without masks it counts: 1, 2, 3.
    await expectValues(layer.apply(ones) as Tensor, [1, 2, 3, 1, 2, 3]);
    const counted = layer.apply(withMask(ones, mask)) as Tensor;
    await expectValues(counted, [1, 1, 2, 1, 2, 2]);
    expect(maskOf(counted)).not.toBeNull();
    await expectValues(zeroing.apply(withMask(ones, mask)) as Tensor, [1, 0, 2, 1, 2, 0]);
  });

  test('come from an Embedding, and make padding without effect', async () => {
    setSeed(3);
    const [embedding, lstm] = [new Embedding(5, 3, { maskZero: true }), new LSTM(2)];
    const read = async (tokens: number[]): Promise<unknown> =>
      ((await (lstm.apply(embedding.apply(tensor([tokens], 'int32'))) as Tensor).array()) as number[][])[0];
    const [short, padded] = [(await read([1, 2])) as number[], (await read([1, 2, 0, 0])) as number[]];
    for (const [i, value] of short.entries()) expect(padded[i]).toBeCloseTo(value, 6);
  });
});

describe('Bidirectional', () => {
  test('is a layer each way, put together', async () => {
    for (const mergeMode of ['concat', 'sum', 'mul', 'ave', null] as const) {
      const layer = new Bidirectional(new GRU(UNITS, { returnSequences: true }), { mergeMode });
      filled(layer as unknown as AnyLayer);
      const alone = new GRU(UNITS, { returnSequences: true });
      alone.outputSpec({ shape: [BATCH, STEPS, FEATURES], dtype: 'float32' });
      const part = async (from: number, input: Tensor): Promise<number[]> => {
        for (const [i, variable] of alone.weights.entries()) variable.assign(layer.weights[from + i]!.value);
        return Array.from(await (alone.apply(input) as Tensor).data());
      };
      const there = await part(0, x);
      const turned = await part(3, x.flip([1]));
      const back = there.map((_, at) => {
        const [b, t, u] = [Math.floor(at / 9), Math.floor(at / 3) % 3, at % 3];
        return turned[b * 9 + (2 - t) * 3 + u]!;
      });
      const outputs = listOf<Tensor>(layer.apply(x));
      if (mergeMode === 'concat') {
        const both = there.flatMap((_, at) =>
          at % 3 === 0 ? [...there.slice(at, at + 3), ...back.slice(at, at + 3)] : [],
        );
        await expectValues(outputs[0]!, both);
      } else if (mergeMode === null) {
        await expectValues(outputs[1]!, back);
      } else {
        const f = {
          sum: (a: number, b: number) => a + b,
          mul: (a: number, b: number) => a * b,
          ave: (a: number, b: number) => (a + b) / 2,
        };
        await expectValues(
          outputs[0]!,
          there.map((v, i) => f[mergeMode](v, back[i]!)),
        );
      }
    }
  });

  test('shows zeros for masked steps, as in Keras', async () => {
    const sums = { activation: 'linear', kernelInitializer: 'ones', recurrentInitializer: 'ones' } as const;
    const both = new Bidirectional(new SimpleRNN(1, { ...sums, returnSequences: true }));
    const padded = withMask(tensor([[[1], [2], [9]]]), tensor([[1, 1, 0]]).cast('bool'));
    expect(await (both.apply(padded) as Tensor).array()).toEqual([[[1, 3], [3, 2], [0, 0]]]); // biome-ignore format: a matrix
    const last = new Bidirectional(new SimpleRNN(1, sums));
    expect(await (last.apply(padded) as Tensor).array()).toEqual([[3, 3]]);
  });

  test('gives and takes the states of both', () => {
    const layer = new Bidirectional(new LSTM(2, { returnState: true }));
    const [output, ...states] = listOf<Tensor>(layer.apply(x));
    expect([output!.shape, ...states.map(({ shape }) => shape)]).toEqual([[2, 4], [2, 2], [2, 2], [2, 2], [2, 2]]); // biome-ignore format: shapes
    expect(listOf<Tensor>(layer.apply([x, ...states]))).toHaveLength(5);
  });
});

describe('others', () => {
  test('a ConvLSTM1D of width 1 is an LSTM at every place', async () => {
    const layer = new ConvLSTM1D(UNITS, 1, { returnSequences: true });
    const weights = filled(layer as unknown as AnyLayer, [BATCH, STEPS, 1, FEATURES]);
    const plain = new LSTM(UNITS, { returnSequences: true });
    plain.outputSpec({ shape: [BATCH, STEPS, FEATURES], dtype: 'float32' });
    for (const [i, variable] of plain.weights.entries()) variable.assign(fromData(weights[i]!, variable.shape));
    const found = layer.apply(x.reshape([BATCH, STEPS, 1, FEATURES])) as Tensor;
    await expectValues(found, await (plain.apply(x) as Tensor).data());
  });

  test('stacked cells are layers on top of each other', async () => {
    const [low, high] = [new LSTMCell(2), new GRUCell(UNITS)];
    const stack = new RNN([low, high]);
    const weights = filled(stack as unknown as AnyLayer);
    const [first, second] = [new LSTM(2, { returnSequences: true }), new GRU(UNITS)];
    second.outputSpec(first.outputSpec({ shape: [BATCH, STEPS, FEATURES], dtype: 'float32' }));
    for (const [i, variable] of [...first.weights, ...second.weights].entries())
      variable.assign(fromData(weights[i]!, variable.shape));
    await expectValues(stack.apply(x) as Tensor, await (second.apply(first.apply(x)) as Tensor).data());
  });

  test('TimeDistributed does the same to every step', async () => {
    const layer = new TimeDistributed(new Dense(2));
    const [W, b] = filled(layer as unknown as AnyLayer) as [Float32Array, Float32Array];
    const expected = [0, 1].flatMap((s) => [0, 1, 2].flatMap((t) => plus(product(row(s, t), W, 2), [...b])));
    await expectValues(layer.apply(x), expected);
  });

  test('dropout leaves out the same features in every step', async () => {
    setSeed(5);
    const layer = new SimpleRNN(1, { returnSequences: true, activation: 'linear', dropout: 0.5 });
    layer.outputSpec({ shape: [1, 4, 1], dtype: 'float32' });
    for (const [i, value] of [1, 0, 0].entries())
      layer.weights[i]!.assign(fromData(Float32Array.of(value), layer.weights[i]!.shape));
    const seen = new Set<string>();
    for (let i = 0; i < 20; i++) {
      const out = layer.apply(fromData(new Float32Array(4).fill(1), [1, 4, 1]), { training: true }) as Tensor;
      seen.add(Array.from(await out.data()).join());
    }
    expect([...seen].sort()).toEqual(['0,0,0,0', '2,2,2,2']);
  });

  test('dropout of stacked cells is the same in every step, however deep they are', async () => {
    setSeed(5);
    const plain = { activation: 'linear', kernelInitializer: 'ones', recurrentInitializer: 'zeros' } as const;
    const low = () => new SimpleRNNCell(1, plain);
    const ones = fromData(new Float32Array(4).fill(1), [1, 4, 1]);
    const outcomes = async (layer: RNN): Promise<string[]> => {
      const seen = new Set<string>();
      for (let i = 0; i < 20; i++) {
        seen.add(Array.from(await (layer.apply(ones, { training: true }) as Tensor).data()).join());
      }
      return [...seen].sort();
    };
    // Inputs of the upper cell are all left out, or all doubled.
    const dropping = () => new SimpleRNNCell(1, { ...plain, dropout: 0.5 });
    const all = ['0,0,0,0', '2,2,2,2'];
    expect(await outcomes(new RNN([low(), dropping()], { returnSequences: true }))).toEqual(all);
    const deep = new RNN([low(), new StackedRNNCells([low(), dropping()])], { returnSequences: true });
    expect(await outcomes(deep)).toEqual(all);
    // What it feeds back is left out, or doubled: 1, 1 + 2, 1 + 6, 1 + 14.
    const back = new SimpleRNNCell(1, { ...plain, recurrentInitializer: 'ones', recurrentDropout: 0.5 });
    expect(await outcomes(new RNN([low(), back], { returnSequences: true }))).toEqual(['1,1,1,1', '1,3,7,15']);
    // Two cells draw for themselves.
    const both = await outcomes(new RNN([dropping(), dropping()], { returnSequences: true }));
    expect(both).toEqual(['0,0,0,0', '4,4,4,4']);
  });

  test('explain themselves', () => {
    expect(() => new LSTM(2).apply(tensor([[1, 2]]))).toThrow(ShapeError);
    expect(() => new LSTM(2).apply(tensor([[1, 2]]))).toThrow(/expects a sequence, \[batch, steps, features\]/);
    expect(() => new LSTM(2).apply([x, tensor([[1, 2]])])).toThrow(/keeps 2 states, got 1 to begin with/);
    expect(() => new RNN('lstm' as never)).toThrow(ConfigError);
    expect(() => new Bidirectional('lstm' as never)).toThrow(/must be a recurrent layer/);
  });
});
