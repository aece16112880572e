// Steering the backward pass: cut it, or replace it.
import { ConfigError, defineOp, type Op, type Tensor } from '@nablajs/tensor';

type NoAttrs = Record<never, never>;

/** The value itself, through which no gradient flows. */
export const stopGradientOp: Op<NoAttrs> = defineOp<NoAttrs>({
  name: 'stopGradient',
  infer: ([x]) => x!,
  vjp: () => [null],
  decompose: ([x]) => x!,
  simplify: ([x]) => x!,
  alias: 0,
});

/** `x` as a constant: the same value, no gradient. */
export function stopGradient(x: Tensor): Tensor {
  return stopGradientOp([x], {});
}

/** Gradients of the inputs from the value's, `null` for inputs without one. */
export type GradientRule = (dy: Tensor, inputs: readonly Tensor[]) => readonly (Tensor | null)[];

/** What {@link customGradient}'s function returns: a value, and gradients of the inputs from the value's. */
export interface CustomGradient {
  readonly value: Tensor;
  readonly gradient: (dy: Tensor) => readonly (Tensor | null)[];
}

// The node of each call finds its rule here; the op object stays one, so that caches work.
const rules = new WeakMap<object, GradientRule>();

const customGradientOp: Op<NoAttrs> = defineOp<NoAttrs>({
  name: 'customGradient',
  infer: ([value]) => value!,
  vjp: ({ dy, inputs: [, ...inputs], output }) => {
    const gradients = ruleOf(output)!(dy, inputs);
    if (gradients.length !== inputs.length) {
      throw new ConfigError(
        `customGradient: the function has ${inputs.length} inputs but gradient(dy) returned ${gradients.length}. Return one per input, null for none.`,
      );
    }
    return [null, ...gradients];
  },
  decompose: ([value]) => value!,
  simplify: ([value]) => value!,
  alias: 0,
});

/** `value`, whose gradient goes to `inputs` by a rule of its own. */
export function withRule(value: Tensor, inputs: readonly Tensor[], rule: GradientRule): Tensor {
  const result = customGradientOp([value, ...inputs], {});
  rules.set(result.node, rule);
  return result;
}

/** The rule a tensor was given, if any. */
export function ruleOf(x: Tensor): GradientRule | undefined {
  return rules.get(x.node);
}

/** Gives `x` the rule of another tensor, of which it is a copy. */
export function copyRule(from: Tensor, to: Tensor): void {
  const rule = ruleOf(from);
  if (rule) rules.set(to.node, rule);
}

/**
 * A function with a gradient of its own. Gradients go to its inputs only: what `f` uses besides, such as a variable, must
 * be an input too (`w.value`) to receive one.
 * @param f computes the value and says how to pull a gradient back; `null` for inputs without one
 * @throws ConfigError when `gradient` returns another number of gradients than there are inputs
 * @example
 * const clipGradient = customGradient((x) => ({ value: x, gradient: (dy) => [dy.clip(-1, 1)] }));
 */
export function customGradient<In extends readonly Tensor[]>(
  f: (...inputs: In) => CustomGradient,
): (...inputs: In) => Tensor {
  return (...inputs) => {
    const { value, gradient } = f(...inputs);
    return withRule(value, inputs, gradient);
  };
}
