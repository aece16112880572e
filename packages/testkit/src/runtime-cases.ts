// The backend under the library's own runtime: compiled steps, state that lives on it, training.
import { gradients } from '@nablajs/autograd';
import {
  type Backend,
  compile,
  fromData,
  randomBernoulli,
  randomNormal,
  scalar,
  setSeed,
  type Tensor,
  tensor,
  variable,
} from '@nablajs/tensor';
import type { Case } from './case.ts';
import { expectClose } from './close.ts';

const STEPS = 100;

/** State, memory and training through `compile`. */
export function runtimeCases(): Case[] {
  return [
    {
      id: 'runtime/a value read before a step survives it',
      run: async ({ backend }) => {
        const w = variable(fromData(Float32Array.of(1, 2, 3)));
        const step = compile(() => w.assign(w.value.mul(2)), { backend, name: 'double' });
        const seen: Tensor[] = [];
        for (let i = 0; i < 4; i++) {
          seen.push(w.value);
          await step();
        }
        for (const [i, value] of seen.entries()) {
          expectClose(
            `the value before step ${i}`,
            await value.data(),
            [1, 2, 3].map((x) => x * 2 ** i),
            { relative: 0, floor: 0 },
          );
        }
        step.dispose();
      },
    },
    {
      id: 'runtime/live buffers stay constant over 200 steps',
      run: async ({ backend }) => {
        const w = variable(fromData(new Float32Array(64).fill(1), [8, 8]));
        const step = compile(
          (x: Tensor) => {
            w.assign(w.value.sub(w.value.matmul(x).mul(0.01)));
            return w.value.sum();
          },
          { backend, name: 'step' },
        );
        let settled = 0;
        for (let i = 0; i < 200; i++) {
          const loss = await step(fromData(new Float32Array(64).fill(i / 200), [8, 8]));
          await loss.item();
          loss[Symbol.dispose]();
          if (i === 20) settled = backend.memory().buffers;
        }
        if (backend.memory().buffers > settled) {
          throw new Error(`${backend.memory().buffers} live buffers after 200 steps, ${settled} after 20`);
        }
        step.dispose();
      },
    },
    {
      id: `runtime/${STEPS} steps of training give the losses of the reference`,
      run: async ({ backend, truth, relative }) => {
        const actual = await train(backend);
        const expected = await train(truth);
        expectClose('the losses', actual, expected, { relative: relative(1e-3), floor: 1 });
        if (!(expected.at(-1)! < expected[0]! / 2))
          throw new Error('the training run of the reference learned nothing');
      },
    },
  ];
}

/** A small network with dropout, trained by momentum on points of a circle. */
async function train(backend: Backend): Promise<Float32Array> {
  setSeed(11);
  const weights = [
    variable(randomNormal([2, 16], { stddev: 0.5 })),
    variable(tensor(Array<number>(16).fill(0))),
    variable(randomNormal([16, 3], { stddev: 0.3 })),
  ] as const;
  const momenta = weights.map(({ shape, size }) => variable(fromData(new Float32Array(size), shape)));
  const step = compile(
    (x: Tensor, y: Tensor, rate: Tensor) => {
      const [w1, b1, w2] = weights;
      const h = x.matmul(w1.value).add(b1.value).relu();
      const kept = randomBernoulli(h.shape, 0.9).where(h, 0).div(0.9);
      const loss = kept.matmul(w2.value).logSoftmax().mul(y).sum(1).neg().mean();
      for (const [i, gradient] of gradients(loss, weights).entries()) {
        momenta[i]!.assign(momenta[i]!.value.mul(0.9).add(gradient));
        weights[i]!.assign(weights[i]!.value.sub(momenta[i]!.value.mul(rate)));
      }
      return loss;
    },
    { backend, name: 'train' },
  );
  const { x, y } = circle();
  const losses = new Float32Array(STEPS);
  for (let i = 0; i < STEPS; i++) losses[i] = await (await step(x, y, scalar(0.05))).item();
  step.dispose();
  return losses;
}

function circle(): { x: Tensor; y: Tensor } {
  const count = 48;
  const x = new Float32Array(count * 2);
  const y = new Float32Array(count * 3);
  for (let i = 0; i < count; i++) {
    const angle = (i / count) * 2 * Math.PI;
    x.set([Math.cos(angle), Math.sin(angle)], i * 2);
    y[i * 3 + Math.floor((i * 3) / count)] = 1;
  }
  return { x: fromData(x, [count, 2]), y: fromData(y, [count, 3]) };
}
