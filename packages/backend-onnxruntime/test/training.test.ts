// Whole training steps as one session: the same losses as the truth, one session per shape, and memory that stays flat.
import { gradients } from '@nablajs/autograd';
import { reference } from '@nablajs/backend-reference';
import {
  type Backend,
  type Compiled,
  compile,
  fromData,
  logSoftmax,
  randomNormal,
  realize,
  scalar,
  setBackend,
  setSeed,
  type Tensor,
  type Variable,
  variable,
} from '@nablajs/tensor';
import { Conv2D, Dense, Dropout, Flatten, Input, MaxPooling2D, Sequential, SGD } from 'nablajs';
import { afterAll, describe, expect, it } from 'vitest';
import { backendOn } from '../src/backend.ts';
import { cpuEngine } from '../src/cpu-engine.ts';

const engine = cpuEngine({ threads: 1, spinning: false, library: undefined });
const backend = backendOn(engine);
afterAll(() => backend.dispose());

interface Model {
  readonly step: Compiled<[Tensor, Tensor], Tensor>;
  readonly weights: readonly Variable[];
}

/** A perceptron with one hidden layer, Adam written out. */
function mlp(sizes: readonly [number, number, number]): Model {
  const [inputs, hidden, classes] = sizes;
  const weights = [
    variable(() => randomNormal([inputs, hidden], { stddev: 0.3 })),
    variable(() => fromData(new Float32Array(hidden), [hidden])),
    variable(() => randomNormal([hidden, classes], { stddev: 0.3 })),
    variable(() => fromData(new Float32Array(classes), [classes])),
  ] as const;
  const slots = weights.map((w) => [0, 1].map(() => variable(() => w.value.mul(0))));
  const count = variable(() => scalar(0));
  const step = compile((x: Tensor, y: Tensor): Tensor => {
    const [w1, b1, w2, b2] = weights.map((w) => w.value) as [Tensor, Tensor, Tensor, Tensor];
    const logits = x.matmul(w1).add(b1).relu().matmul(w2).add(b2);
    const loss = logSoftmax(logits).mul(y).sum(-1).mean().neg();
    const grads = gradients(loss, [...weights]);
    const t = count.value.add(1);
    count.assign(t);
    const correction = scalar(1)
      .sub(scalar(0.999).pow(t))
      .sqrt()
      .div(scalar(1).sub(scalar(0.9).pow(t)));
    weights.forEach((w, i) => {
      const [m, v] = slots[i]! as [Variable, Variable];
      const g = grads[i]!;
      const m1 = m.value.mul(0.9).add(g.mul(0.1));
      const v1 = v.value.mul(0.999).add(g.square().mul(0.001));
      m.assign(m1);
      v.assign(v1);
      w.assign(w.value.sub(m1.mul(correction).mul(0.01).div(v1.sqrt().add(1e-7))));
    });
    return loss;
  });
  return { step, weights };
}

function batch(seed: number, count: number): [Tensor, Tensor] {
  const x = Float32Array.from({ length: count * 8 }, (_, i) => Math.sin(seed * 31 + i * 1.7));
  const y = new Float32Array(count * 3);
  for (let row = 0; row < count; row++) y[row * 3 + (x[row * 8]! > 0.3 ? 0 : x[row * 8 + 1]! > 0 ? 1 : 2)] = 1;
  return [fromData(x, [count, 8]), fromData(y, [count, 3])];
}

async function losses(on: Backend, steps: number): Promise<number[]> {
  setBackend(on);
  setSeed(7);
  const { step } = mlp([8, 16, 3]);
  const values: number[] = [];
  for (let i = 0; i < steps; i++) values.push(await (await step(...batch(i % 5, 12))).item());
  return values;
}

describe('a training step', () => {
  it('gives the losses of the reference backend over 100 steps', async () => {
    const expected = await losses(reference(), 100);
    const actual = await losses(backend, 100);
    expect(expected[99]!).toBeLessThan(expected[0]! / 2);
    actual.forEach((loss, i) => {
      expect(Math.abs(loss - expected[i]!)).toBeLessThan(1e-3);
    });
  });

  it('of a convolutional network follows the reference too, with ties in every pool', async () => {
    const images = Float32Array.from({ length: 6 * 9 * 9 }, (_, i) => ((i * i * 31 + 17 * i) % 7 > 3 ? 1 : 0));
    const labels = Int32Array.from({ length: 6 }, (_, i) => i % 3);
    const train = async (on: Backend): Promise<readonly number[]> => {
      setBackend(on);
      setSeed(3);
      const model = new Sequential([
        Input({ shape: [9, 9, 1] }),
        new Conv2D(8, 3, { padding: 'same', activation: 'relu' }),
        new MaxPooling2D(2),
        new Conv2D(4, 3, { activation: 'relu' }),
        new MaxPooling2D(2, { strides: 1, padding: 'same' }),
        new Flatten(),
        new Dropout(0.2),
        new Dense(3, { activation: 'softmax' }),
      ]);
      model.compile({ optimizer: new SGD(0.1, { momentum: 0.9 }), loss: 'sparseCategoricalCrossentropy' });
      const x = fromData(images, [6, 9, 9, 1]);
      const { history } = await model.fit(x, fromData(labels, [6]), { epochs: 30, batchSize: 3, verbose: 0 });
      return history['loss']!;
    };
    const expected = await train(reference());
    const actual = await train(backend);
    expect(expected.at(-1)!).toBeLessThan(expected[0]!);
    actual.forEach((loss, i) => {
      expect(Math.abs(loss - expected[i]!)).toBeLessThan(1e-3);
    });
  });

  it('opens one session per batch shape', async () => {
    let opened = 0;
    const counting = backendOn({
      ...engine,
      lower: (graph, threads) => {
        opened++;
        return engine.lower(graph, threads);
      },
    });
    setBackend(counting);
    const { step, weights } = mlp([8, 16, 3]);
    await realize(...weights.map((w) => w.value));
    await step(...batch(0, 12));
    const before = opened;
    for (let i = 0; i < 20; i++) await (await step(...batch(i, 12))).item();
    expect(opened).toBe(before);
    for (let i = 0; i < 20; i++) await (await step(...batch(i, i % 2 === 0 ? 12 : 5))).item();
    expect(opened).toBe(before + 1);
  });

  // What the process takes over 10,000 steps is measured by scripts/check-memory.mjs, in a process of its own.
  it('holds no more buffers after 600 steps than after the first few', async () => {
    const own = backendOn(engine);
    setBackend(own);
    const { step } = mlp([8, 32, 3]);
    const run = async (steps: number): Promise<void> => {
      for (let i = 0; i < steps; i++) {
        const batchOfStep = batch(i % 7, 16);
        const loss = await step(...batchOfStep);
        if (i % 50 === 0) await loss.item();
        for (const tensor of [loss, ...batchOfStep]) tensor[Symbol.dispose]();
      }
    };
    await run(10);
    const settled = own.memory();
    await run(600);
    // What the collector finds in between is gone.
    const { buffers, bytes } = own.memory();
    expect(buffers).toBeLessThanOrEqual(settled.buffers);
    expect(bytes).toBeLessThanOrEqual(settled.bytes);
  });
});
