// Gradients against central finite differences in float64, where the step's error is far below the tolerance.
import { gradients } from '@nablajs/autograd';
import { type Backend, fromData, hostArray, isFloat, type Tensor } from '@nablajs/tensor';
import { type Operand, seedOf } from './operands.ts';
import { compileOn, valuesOf } from './run.ts';

const STEP = 1e-5;
const TOLERANCE = 1e-3;
/** Single elements moved, spread over the operand; directions that move all of them find the rest. */
const ELEMENTS = 12;
const DIRECTIONS = 2;

/** Fixed uneven weights in [0.5, 1.5], so that errors cannot cancel in a sum. */
export function weightsLike(y: Tensor): Tensor {
  const weights = hostArray(y.dtype, y.size);
  for (let i = 0; i < y.size; i++) weights[i] = 0.5 + ((i * 0.618034 + 0.31) % 1);
  return fromData(weights, y.shape, y.dtype);
}

/** The weighted sum of an op's result, as a function of its operands. */
export function lossOf(op: (inputs: Tensor[]) => Tensor): (inputs: Tensor[]) => Tensor {
  return (inputs) => {
    const y = op(inputs);
    return y.mul(weightsLike(y)).sum();
  };
}

/** The float operands: those a gradient flows to. */
export function floatPositions(operands: readonly Operand[]): number[] {
  return operands.flatMap(({ spec }, i) => (isFloat(spec.dtype) ? [i] : []));
}

/**
 * Throws unless the gradients of `loss` at `operands` agree with finite differences on `backend`, which must have float64.
 * The float operands are given in float64.
 */
export async function compareWithDifferences(
  what: string,
  backend: Backend,
  loss: (inputs: Tensor[]) => Tensor,
  operands: readonly Operand[],
): Promise<void> {
  const wide = operands.map(widened);
  const positions = floatPositions(wide);
  const value = compileOn(backend, (...inputs) => [loss(inputs).cast('float64')]);
  const slope = compileOn(backend, (...inputs) =>
    gradients(
      loss(inputs),
      positions.map((i) => inputs[i]!),
    ),
  );
  try {
    const analytic = await valuesOf(slope, wide);
    const scale = Math.max(1, ...analytic.flatMap(({ data }) => Array.from(data, Math.abs)));
    const at = async (moved: readonly Operand[]): Promise<number> => (await valuesOf(value, moved))[0]!.data[0]!;
    for (const [k, i] of positions.entries()) {
      const { data } = wide[i]!;
      const gradient = analytic[k]!.data;
      for (const { name, direction } of directionsFor(`${what}/${i}`, data.length)) {
        const move = (sign: number): Operand[] =>
          wide.map((operand, j) =>
            j === i
              ? { ...operand, data: Float64Array.from(data, (x, e) => x + sign * STEP * direction[e]!) }
              : operand,
          );
        const expected = ((await at(move(1))) - (await at(move(-1)))) / (2 * STEP);
        const actual = direction.reduce((sum, d, e) => sum + d * gradient[e]!, 0);
        if (!(Math.abs(actual - expected) <= TOLERANCE * scale)) {
          throw new Error(
            `${what}: the gradient of operand ${i} along ${name} is ${actual}, finite differences give ${expected}`,
          );
        }
      }
    }
  } finally {
    value.dispose();
    slope.dispose();
  }
}

function widened({ spec, data }: Operand): Operand {
  if (!isFloat(spec.dtype)) return { spec, data };
  return { spec: { ...spec, dtype: 'float64' }, data: Float64Array.from(data) };
}

/** Where to move an operand of so many elements: single ones, and all at once. */
export function directionsFor(text: string, size: number): { name: string; direction: Float64Array }[] {
  if (size === 0) return [];
  const step = Math.max(1, Math.floor(size / ELEMENTS));
  const elements = Array.from({ length: Math.ceil(size / step) }, (_, i) => {
    const direction = new Float64Array(size);
    direction[i * step] = 1;
    return { name: `element ${i * step}`, direction };
  });
  const seed = seedOf(text);
  const all = Array.from({ length: size > elements.length ? DIRECTIONS : 0 }, (_, k) => ({
    name: `direction ${k}`,
    // Signs from a scrambled counter, scaled to the length of a single element's move.
    direction: Float64Array.from({ length: size }, (_, e) =>
      (Math.imul(seed + k, 0x9e3779b1) ^ Math.imul(e + 1, 0x85ebca6b)) & 0x10000 ? size ** -0.5 : -(size ** -0.5),
    ),
  }));
  return [...elements, ...all];
}
