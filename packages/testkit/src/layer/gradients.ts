// Gradients of a layer against central finite differences, with weights and inputs moved on the host.
import { gradients } from '@nablajs/autograd';
import { type Backend, compile, fromData, type HostArray, isFloat, setSeed, type Tensor } from '@nablajs/tensor';
import { NotApplicable } from '../case.ts';
import { directionsFor, weightsLike } from '../differences.ts';
import { applied, assign, built, type LayerClaims, samplesOf, weightValues } from './claims.ts';

const STEP = 1e-3;
const TOLERANCE = 1e-3;
const SEED = 3;

/**
 * Throws unless the gradients of a weighted sum of the outputs, in inputs and weights, agree with differences. The backend
 * must compute in float64 inside.
 */
export async function compareGradients(claims: LayerClaims, backend: Backend, training: boolean): Promise<void> {
  const { differences = 'always' } = claims;
  if (differences === 'never' || (differences === 'inference' && training))
    throw new NotApplicable('not differentiable');
  const layer = built(claims);
  const xs = samplesOf(claims);
  const wide = xs.flatMap(({ dtype }, i) => (isFloat(dtype) ? [i] : []));
  const loss = (inputs: readonly Tensor[]): Tensor =>
    applied(layer, claims, inputs, training)
      .map((y) => y.mul(weightsLike(y)).sum())
      .reduce((a, b) => a.add(b));
  const value = compile((...inputs: Tensor[]) => loss(inputs).cast('float64'), { backend });
  const slope = compile(
    (...inputs: Tensor[]) => gradients(loss(inputs), [...wide.map((i) => inputs[i]!), ...layer.trainableWeights]),
    { backend },
  );

  const points = await Promise.all(xs.map((x) => x.data()));
  const weights = weightValues(layer);
  const run = async <T>(
    f: (...inputs: Tensor[]) => Promise<T>,
    data: readonly HostArray[],
    values: readonly HostArray[],
  ): Promise<T> => {
    // Anew each time: layers may change their state, and what is drawn must stay the same.
    assign(layer, values);
    setSeed(SEED);
    return f(...data.map((array, i) => fromData(array.slice() as HostArray, xs[i]!.shape, xs[i]!.dtype)));
  };
  try {
    const analytic = await Promise.all((await run(slope, points, weights)).map((gradient) => gradient.data()));
    const scale = Math.max(1, ...analytic.flatMap((gradient) => Array.from(gradient, Math.abs)));
    const trained = layer.trainableWeights.map((weight) => layer.weights.indexOf(weight));
    const places = [
      ...wide.map((i) => ({ list: points, i, what: `input ${i}` })),
      ...trained.map((i) => ({ list: weights, i, what: layer.weights[i]!.name })),
    ];
    for (const [k, { list, i, what }] of places.entries()) {
      const origin = list[i]!;
      const at = async (moved: HostArray): Promise<number> => {
        const replaced = (all: readonly HostArray[]): readonly HostArray[] =>
          all === list ? all.map((one, j) => (j === i ? moved : one)) : all;
        return (await (await run(value, replaced(points), replaced(weights))).data())[0]!;
      };
      for (const { name, direction } of directionsFor(what, origin.length)) {
        const [high, low] = [1, -1].map((sign) =>
          Float32Array.from(origin, (x, e) => x + sign * STEP * direction[e]!),
        ) as [Float32Array, Float32Array];
        const change = (await at(high)) - (await at(low));
        // The steps really taken: float32 has rounded them.
        const expected = Array.from(analytic[k]!).reduce(
          (sum: number, g: number, e: number) => sum + g * (high[e]! - low[e]!),
          0,
        );
        if (!(Math.abs(change - expected) <= TOLERANCE * scale * 2 * STEP)) {
          throw new Error(
            `the gradient in ${what} along ${name} is ${expected / (2 * STEP)}, finite differences give ${change / (2 * STEP)}`,
          );
        }
      }
    }
  } finally {
    value.dispose();
    slope.dispose();
  }
}
