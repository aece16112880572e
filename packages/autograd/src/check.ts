import {
  ConfigError,
  formatSpec,
  fromData,
  GradientError,
  type HostArray,
  isFloat,
  realize,
  resolveBackend,
  type Tensor,
} from '@nablajs/tensor';
import { gradients } from './gradients.ts';

/** Options of {@link checkGradients}. */
export interface CheckOptions {
  /** Step of the central difference. Default 1e-3, right for float64-exact backends; use 1e-2 on float32 ones. */
  readonly step?: number;
  /** Allowed error, relative to the largest gradient of the input. Default 1e-3. */
  readonly tolerance?: number;
}

/**
 * Compares the gradients of `f` with central finite differences, element by element: for authors of ops and layers.
 * Use the reference backend, which computes in float64. Values of any shape are reduced with fixed, uneven weights.
 * @throws GradientError naming input, element, both numbers
 */
export async function checkGradients(
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  { step = 1e-3, tolerance = 1e-3 }: CheckOptions = {},
): Promise<void> {
  const loss = (points: readonly Tensor[]): Tensor => weighted(f(...points));
  const values = await Promise.all(inputs.map((input) => input.data()));
  const leaves = inputs.map((input, i) => fromData(values[i]!, input.shape, input.dtype));
  const float = leaves.flatMap((leaf, i) => (isFloat(leaf.dtype) ? [i] : []));
  if (float.length === 0)
    throw new ConfigError('checkGradients: none of the inputs is a float tensor, so there is no gradient to check.');
  const analytic = gradients(
    loss(leaves),
    float.map((i) => leaves[i]!),
  );
  await realize(...analytic);
  // A loss rounded to float32 would drown small differences.
  const { dtypes } = (await resolveBackend()).capabilities;
  const exact = (points: readonly Tensor[]): Promise<number> =>
    (dtypes.has('float64') ? loss(points).cast('float64') : loss(points)).item();
  for (const [k, i] of float.entries()) {
    const expected = await differences(exact, leaves, i, values[i]!, step);
    const actual = await analytic[k]!.data();
    const scale = Math.max(1, ...expected.map(Math.abs));
    const at = expected.findIndex((value, e) => !(Math.abs(value - actual[e]!) <= tolerance * scale));
    if (at >= 0) {
      throw new GradientError(
        `checkGradients: input ${i} (${formatSpec(inputs[i]!.spec)}), element ${at}: the gradient is ${actual[at]}, finite differences give ${expected[at]}.`,
      );
    }
  }
}

// Uneven weights, so that errors cannot cancel in the sum.
function weighted(y: Tensor): Tensor {
  const weights = Float32Array.from({ length: y.size }, (_, i) => 1 + 0.37 * ((i * 7) % 5));
  return y.mul(fromData(weights, y.shape)).sum();
}

async function differences(
  loss: (points: readonly Tensor[]) => Promise<number>,
  leaves: readonly Tensor[],
  i: number,
  values: HostArray,
  step: number,
): Promise<number[]> {
  const { shape, dtype } = leaves[i]!;
  const found: number[] = [];
  for (let e = 0; e < values.length; e++) {
    const at = async (delta: number): Promise<{ x: number; y: number }> => {
      const moved = values.slice();
      moved[e]! += delta;
      const point = fromData(moved, shape, dtype);
      // The step really taken: the array may have rounded it.
      return { x: moved[e]!, y: await loss(leaves.map((leaf, k) => (k === i ? point : leaf))) };
    };
    const [high, low] = [await at(step), await at(-step)];
    found.push((high.y - low.y) / (high.x - low.x));
  }
  return found;
}
