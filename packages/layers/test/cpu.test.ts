// The same layers on the CPU backend give what the reference backend gives.
import { gradients } from '@nablajs/autograd';
import { cpu } from '@nablajs/backend-cpu';
import { reference } from '@nablajs/backend-reference';
import { compile, setBackend, setSeed, type Tensor } from '@nablajs/tensor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CASES } from './cases/index.ts';
import { type LayerClaims, sampleOf } from './kit.ts';

const backends = { reference: reference(), cpu: await cpu() };
beforeAll(() => setBackend(backends.reference));
afterAll(() => backends.cpu.dispose());

/** Output, loss, and everything that one training step leaves behind. */
async function trained({ make, input, output }: LayerClaims): Promise<readonly ArrayLike<number>[]> {
  setSeed(11);
  const layer = make();
  const step = compile((x: Tensor, truth: Tensor) => {
    const y = layer.apply(x, { training: true });
    const loss = y.sub(truth).square().mean();
    const found = gradients(loss, [...layer.trainableWeights, x]);
    for (const [i, weight] of layer.trainableWeights.entries()) {
      weight.assign(weight.value.sub(found[i]!.mul(0.1)));
    }
    return { y, loss, dx: found.at(-1)! };
  });
  const { y, loss, dx } = await step(sampleOf(input), sampleOf(output, 5));
  return Promise.all([y, loss, dx, ...layer.weights.map(({ value }) => value)].map((value) => value.data()));
}

describe.each(CASES)('%s', (_, claims) => {
  test('a training step agrees with the reference', async () => {
    setBackend(backends.reference);
    const expected = await trained(claims);
    setBackend(backends.cpu);
    const found = await trained(claims);
    expect(found).toHaveLength(expected.length);
    for (const [i, values] of expected.entries()) {
      const scale = Math.max(1, ...Array.from(values, Math.abs));
      for (let k = 0; k < values.length; k++) {
        expect(Math.abs(found[i]![k]! - values[k]!)).toBeLessThanOrEqual(1e-4 * scale);
      }
    }
  });
});
