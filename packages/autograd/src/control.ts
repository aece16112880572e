// Steering the backward pass: cut it, replace it, or trade memory for time.
import { ConfigError, defineOp, formatSpec, type Op, sameShape, type Tensor } from '@nablajs/tensor';
import { pullBack } from './gradients.ts';

type NoAttrs = Record<never, never>;

/** The value itself, through which no gradient flows. */
export const stopGradientOp: Op<NoAttrs> = defineOp<NoAttrs>({
  name: 'stopGradient',
  infer: ([x]) => x!,
  vjp: () => [null],
  decompose: ([x]) => x!,
  alias: 0,
  samples: [],
});

/** `x` as a constant: the same value, no gradient. */
export function stopGradient(x: Tensor): Tensor {
  return stopGradientOp([x], {});
}

/** What {@link customGradient}'s function returns: a value, and gradients of the inputs from the value's. */
export interface CustomGradient {
  readonly value: Tensor;
  readonly gradient: (dy: Tensor) => readonly (Tensor | null)[];
}

// The node of each call finds its gradient function here; the op object stays one, so that caches work.
const rules = new WeakMap<object, (dy: Tensor) => readonly (Tensor | null)[]>();

const customGradientOp: Op<NoAttrs> = defineOp<NoAttrs>({
  name: 'customGradient',
  infer: ([value]) => value!,
  vjp: ({ dy, inputs, output }) => {
    const gradients = rules.get(output.node)!(dy);
    if (gradients.length !== inputs.length - 1) {
      throw new ConfigError(
        `customGradient: the function has ${inputs.length - 1} inputs but gradient(dy) returned ${gradients.length}. Return one per input, null for none.`,
      );
    }
    return [null, ...gradients];
  },
  decompose: ([value]) => value!,
  alias: 0,
  samples: [],
});

/**
 * A function with a gradient of its own.
 * @param f computes the value and says how to pull a gradient back; `null` for inputs without one
 * @example
 * const clipGradient = customGradient((x) => ({ value: x, gradient: (dy) => [dy.clip(-1, 1)] }));
 */
export function customGradient<In extends readonly Tensor[]>(
  f: (...inputs: In) => CustomGradient,
): (...inputs: In) => Tensor {
  return (...inputs) => {
    const { value, gradient } = f(...inputs);
    const result = customGradientOp([value, ...inputs], {});
    rules.set(result.node, gradient);
    return result;
  };
}

// The value of the first operand, but only once the second is known: keeps a recomputation from being merged with the
// original, and puts it where the gradient is needed.
const afterOp: Op<NoAttrs> = defineOp<NoAttrs>({
  name: 'after',
  infer: ([x]) => x!,
  vjp: ({ dy }) => [dy, null],
  decompose: ([x]) => x!,
  alias: 0,
  samples: [],
});

/**
 * `f` with its intermediate values recomputed in the backward pass instead of kept: less memory, one more forward pass.
 * Chen et al., "Training deep nets with sublinear memory cost", arXiv:1604.06174.
 */
export function checkpoint<In extends readonly Tensor[]>(f: (...inputs: In) => Tensor): (...inputs: In) => Tensor {
  return customGradient((...inputs: In) => {
    const value = f(...inputs);
    return {
      value,
      gradient: (dy) => {
        if (!sameShape(dy.shape, value.shape))
          throw new ConfigError(`checkpoint: gradient ${formatSpec(dy.spec)} for a value ${formatSpec(value.spec)}.`);
        const again = inputs.map((input) => afterOp([input, dy], {})) as readonly Tensor[] as In;
        return pullBack(f(...again), dy, again);
      },
    };
  });
}
