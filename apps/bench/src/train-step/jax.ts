// The perceptron in jax-js, on its WebAssembly engine.
import * as jax from '@jax-js/jax';
import type { Task } from './task.ts';
import type { Trainer } from './trainer.ts';

const { numpy: np, nn } = jax;
type Value = jax.Array;
type Values = Value[];
/** Weights, and the two moments of Adam. */
type State = [weights: Values, first: Values, second: Values];

/** Trains with jax-js, its step compiled. */
export async function jaxTrainer(task: Task): Promise<Trainer> {
  await start();
  jax.defaultDevice('wasm');
  const { batch, rate } = task;
  const step = jax.jit((state: State, x: Value, y: Value, rate: Value): [Value, State] => {
    const [weights, first, second] = state;
    const [loss, slopes] = jax.valueAndGrad(lossOf)(jax.tree.ref(weights), x, y) as [Value, Values];
    const next = weights.map((weight, i) => {
      const slope = slopes[i]!;
      const m = first[i]!.mul(0.9).add(slope.ref.mul(0.1));
      const v = second[i]!.mul(0.999).add(np.square(slope).mul(0.001));
      const change = m.ref.mul(rate.ref).div(np.sqrt(v.ref).add(1e-7));
      return [weight.sub(change), m, v] as const;
    });
    return [loss, [next.map(([weight]) => weight), next.map(([, m]) => m), next.map(([, , v]) => v)]];
  });
  const batches = Array.from({ length: task.labels.length / batch }, (_, i) => ({
    x: np.array(task.images.slice(i * batch * 784, (i + 1) * batch * 784), { shape: [batch, 784] }),
    y: nn.oneHot(np.array(task.labels.slice(i * batch, (i + 1) * batch), { dtype: np.int32 }), 10),
  }));
  const zeros = (): Values => task.weights.map(({ shape }) => np.zeros([...shape]));
  let state: State = [
    task.weights.map(({ data, shape }) => np.array(new Float32Array(data), { shape: [...shape] })),
    zeros(),
    zeros(),
  ];
  let done = 0;
  const run = (): Value => {
    const { x, y } = batches[done++ % batches.length]!;
    // Bias correction is a factor of the rate; epsilon comes after it, as in Keras.
    const corrected = (rate * Math.sqrt(1 - 0.999 ** done)) / (1 - 0.9 ** done);
    const [loss, next] = step(state, x.ref, y.ref, np.array(corrected)) as [Value, State];
    state = next;
    return loss;
  };
  return {
    name: 'jax-js 0.1.25 wasm',
    async losses(steps): Promise<number[]> {
      const losses: number[] = [];
      for (let i = 0; i < steps; i++) losses.push((await run().jsAsync()) as number);
      return losses;
    },
    async run(times): Promise<undefined> {
      for (let i = 0; i < times; i++) run().dispose();
      await jax.blockUntilReady(state);
    },
    close: async () => jax.tree.dispose(state),
  };
}

/** It looks for a GPU in `navigator`, which Node 20 has not got. */
async function start(): Promise<void> {
  const missing = !('navigator' in globalThis);
  if (missing) Object.defineProperty(globalThis, 'navigator', { value: {}, configurable: true });
  await jax.init();
  if (missing) Reflect.deleteProperty(globalThis, 'navigator');
}

function lossOf(weights: Values, x: Value, y: Value): Value {
  const [w1, b1, w2, b2, w3, b3] = weights as [Value, Value, Value, Value, Value, Value];
  const hidden = nn.relu(np.matmul(nn.relu(np.matmul(x, w1).add(b1)), w2).add(b2));
  const scores = np.matmul(hidden, w3).add(b3);
  return nn.logSoftmax(scores).mul(y).sum(-1).mean().neg();
}
