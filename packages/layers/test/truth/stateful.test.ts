// Recurrent layers that go on where the last batch ended: so many batches of a cut sequence are the whole sequence.
import { ConfigError, compile, concat, fromData, ShapeError, type Tensor, tensor } from '@nablajs/tensor';
import { describe, expect, test } from 'vitest';
import {
  Bidirectional,
  builtinLayers,
  ConvLSTM1D,
  GRU,
  GRUCell,
  Layer,
  LSTM,
  LSTMCell,
  layerFromJSON,
  listOf,
  maskOf,
  type Recurrent,
  RNN,
  SimpleRNN,
  StackedRNNCells,
  withMask,
} from '../../src/index.ts';
import { onReference } from '../kit.ts';
import { expectValues, waves } from './close.ts';

onReference();

const x = fromData(waves(2 * 6 * 3), [2, 6, 3]);
const images = fromData(waves(2 * 6 * 4), [2, 6, 4, 1]);
const KINDS: readonly (readonly [string, (options: object) => Recurrent, Tensor])[] = [
  ['SimpleRNN', (options) => new SimpleRNN(2, options), x],
  ['GRU', (options) => new GRU(2, options), x],
  ['LSTM', (options) => new LSTM(2, options), x],
  ['RNN', (options) => new RNN(new LSTMCell(2), options), x],
  ['stacked cells', (options) => new RNN(new StackedRNNCells([new LSTMCell(2), new GRUCell(3)]), options), x],
  ['ConvLSTM1D', (options) => new ConvLSTM1D(2, 3, { padding: 'same', ...options }), images],
];

const part = (sequence: Tensor, from: number, to: number): Tensor =>
  sequence.slice(
    sequence.shape.map((_, axis) => (axis === 1 ? from : 0)),
    sequence.shape.map((size, axis) => (axis === 1 ? to - from : size)),
  );
const run = (layer: Recurrent, sequence: Tensor): Tensor => layer.apply(sequence) as Tensor;
const values = async (y: Tensor): Promise<number[]> => Array.from((await y.data()) as ArrayLike<number>);

describe('stateful', () => {
  test.each(KINDS)('%s goes on from batch to batch, until it is reset', async (_, make, sequence) => {
    const stateful = make({ stateful: true, returnSequences: true });
    const plain = make({ returnSequences: true });
    plain.outputSpec(sequence.spec);
    expect(stateful.states).toEqual([]);
    stateful.outputSpec(sequence.spec);
    stateful.setWeights(plain.weights.map(({ value }) => value));
    const parts = [
      run(stateful, part(sequence, 0, 2)),
      run(stateful, part(sequence, 2, 5)),
      run(stateful, part(sequence, 5, 6)),
    ];
    const whole = await values(run(plain, sequence));
    await expectValues(concat(parts, 1), whole);
    // They are none of the weights, as in Keras.
    expect([stateful.weights.length, stateful.states.map(({ shape }) => shape[0])]).toEqual([
      plain.weights.length,
      stateful.states.map(() => 2),
    ]);
    stateful.resetStates();
    await expectValues(run(stateful, sequence), whole);
  });

  test('in a compiled function too', async () => {
    const layer = new GRU(2, { stateful: true, returnSequences: true });
    const step = compile((batch: Tensor) => run(layer, batch));
    const parts = [await step(part(x, 0, 3)), await step(part(x, 3, 6))];
    const plain = new GRU(2, { returnSequences: true });
    plain.outputSpec(x.spec);
    plain.setWeights(layer.weights.map(({ value }) => value));
    await expectValues(concat(parts, 1), await values(run(plain, x)));
  });

  test('both directions of Bidirectional go on by themselves', async () => {
    const both = new Bidirectional(new GRU(2, { stateful: true }), { mergeMode: null });
    const [first, second] = [part(x, 0, 3), part(x, 3, 6)];
    both.apply(first);
    const after = listOf<Tensor>(both.apply(second));
    const [forward, backward] = both.sublayers() as unknown as Recurrent[];
    const alone = async (layer: Recurrent): Promise<number[]> => {
      const { stateful: _, ...config } = layer.config as { stateful: boolean };
      const twin = new GRU({ ...config, units: 2 });
      twin.outputSpec(x.spec);
      twin.setWeights(layer.weights.map(({ value }) => value));
      const state = run(twin, first);
      return values(twin.apply([second, state]) as Tensor);
    };
    await expectValues(after[0]!, await alone(forward!));
    await expectValues(after[1]!, await alone(backward!));
    both.resetStates();
    expect(await values(forward!.states[0]!.value)).toEqual([0, 0, 0, 0]);
    expect(
      () => new Bidirectional(new GRU(2, { stateful: true }), { backwardLayer: new GRU(2, { goBackwards: true }) }),
    ).toThrow(ConfigError);
  });

  test('masked steps leave what is kept as it is', async () => {
    const layer = new LSTM(2, { stateful: true });
    run(layer, part(x, 0, 3));
    const before = await Promise.all(layer.states.map(({ value }) => values(value)));
    const nothing = withMask(part(x, 3, 6), tensor([[0, 0, 0], [0, 0, 0]]).cast('bool')); // biome-ignore format: a matrix
    expect(maskOf(nothing)).not.toBeNull();
    run(layer, nothing);
    expect(await Promise.all(layer.states.map(({ value }) => values(value)))).toEqual(before);
  });

  test('states may be given, and the batch stays of one size', async () => {
    const layer = new SimpleRNN(1, {
      stateful: true,
      activation: 'linear',
      kernelInitializer: 'ones',
      recurrentInitializer: 'ones',
    });
    const batch = (...numbers: number[]): Tensor => fromData(Float32Array.from(numbers), [numbers.length, 1, 1]);
    layer.resetStates([tensor([[10], [20]])]);
    await expectValues(run(layer, batch(1, 2)), [11, 22]);
    await expectValues(layer.apply([batch(1, 2), tensor([[5], [6]])]) as Tensor, [6, 8]);
    await expectValues(run(layer, batch(1, 1)), [7, 9]);
    expect(() => run(layer, batch(1, 2, 3))).toThrow(ShapeError);
    expect(() => run(layer, batch(1, 2, 3))).toThrow(/keeps states \[2, 1\], of a batch of 2, got a batch of 3/);
    expect(() => new GRU(1).resetStates([batch(1)])).toThrow(/Make it with stateful: true/);
  });

  test('is part of what is saved', () => {
    const { config } = new LSTM(2, { stateful: true });
    expect(config.stateful).toBe(true);
    const back = layerFromJSON(new LSTM(2, { stateful: true }).toJSON(), builtinLayers) as unknown as LSTM;
    expect(back).toBeInstanceOf(Layer);
    expect(back.config.stateful).toBe(true);
    // Files of before did not say.
    const json = new LSTM(2).toJSON();
    const { stateful: _, ...older } = json.config as { stateful: boolean };
    expect((layerFromJSON({ ...json, config: older }, builtinLayers) as unknown as LSTM).config.stateful).toBe(false);
  });
});
