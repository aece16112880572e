import { gradients } from '@nablajs/autograd';
import { cpu } from '@nablajs/backend-cpu';
import { reference } from '@nablajs/backend-reference';
import { type Backend, compile, fromData, maxPool, type Tensor, variable, zeros } from '@nablajs/tensor';
import { expect, test } from 'vitest';

/** Half of them negative, many equal, one NaN, so that windows tie and ReLU matters. */
const X = Float32Array.from({ length: 2 * 7 * 6 * 3 }, (_, i) => (i === 40 ? Number.NaN : ((i * 17) % 7) - 3));

async function slopes(backend: Backend, window: number, strides: number): Promise<number[][]> {
  const bias = variable(zeros([3]));
  const f = (x: Tensor): Tensor[] => {
    const y = maxPool(x.add(bias.value).relu(), { window, strides, padding: 'same' });
    return gradients(y.mul(y).sum().add(y.sum()), [x, bias]);
  };
  const step = compile(f, { backend });
  const results = await step(fromData(X, [2, 7, 6, 3]));
  return Promise.all(results.map(async (result) => Array.from(await result.data())));
}

test.each([
  [2, 2],
  [3, 2],
  [3, 1],
])(
  'gradients through ReLU and a max pool of window %i, stride %i are those of the reference',
  async (window, strides) => {
    const [found, wanted] = [await slopes(await cpu(), window, strides), await slopes(reference(), window, strides)];
    expect(found[0]).toEqual(wanted[0]);
    found[1]!.forEach((sum, channel) => {
      const truth = wanted[1]![channel]!;
      if (Number.isNaN(truth)) expect(sum).toBeNaN();
      else expect(sum).toBeCloseTo(truth, 3);
    });
  },
);
