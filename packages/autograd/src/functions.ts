// Derivatives of functions: functions in, functions out. Arguments and gradients are tensors, arrays or records of them.
import { ConfigError, concat, GradientError, mapTree, stack, Tensor, Variable, zeros } from '@nablajs/tensor';
import { gradients, pullBack, type Target } from './gradients.ts';

/** The structure of `P` (a tensor, a variable, or arrays and records of them) with a gradient tensor in each place. */
export type GradientsOf<P> = P extends Tensor | Variable ? Tensor : { readonly [K in keyof P]: GradientsOf<P[K]> };

/**
 * `f`'s value together with its gradients with respect to the first argument.
 * @param f returns a float scalar
 * @example
 * const { value, grads } = valueAndGrad((p) => loss(p.w, p.b))({ w, b });
 */
export function valueAndGrad<P, R extends readonly unknown[]>(
  f: (parameters: P, ...rest: R) => Tensor,
): (parameters: P, ...rest: R) => { value: Tensor; grads: GradientsOf<P> } {
  return (parameters, ...rest) => {
    const value = f(parameters, ...rest);
    const targets = targetsIn('valueAndGrad', parameters);
    return { value, grads: inTreeOf(parameters, gradients(value, targets)) };
  };
}

/** The gradients of `f` with respect to its first argument. */
export function grad<P, R extends readonly unknown[]>(
  f: (parameters: P, ...rest: R) => Tensor,
): (parameters: P, ...rest: R) => GradientsOf<P> {
  const both = valueAndGrad(f);
  return (parameters, ...rest) => both(parameters, ...rest).grads;
}

/**
 * `f`'s value of any shape, and the function that maps a gradient of the value to gradients of the first argument.
 * @example
 * const { value, pull } = vjp((x) => x.matmul(w))(x);
 * const dx = pull(ones(value.shape));
 */
export function vjp<P, R extends readonly unknown[]>(
  f: (parameters: P, ...rest: R) => Tensor,
): (parameters: P, ...rest: R) => { value: Tensor; pull: (dy: Tensor) => GradientsOf<P> } {
  return (parameters, ...rest) => {
    const value = f(parameters, ...rest);
    const targets = targetsIn('vjp', parameters);
    return { value, pull: (dy) => inTreeOf(parameters, pullBack(value, dy, targets)) };
  };
}

/**
 * All first derivatives of `f` at `x`: `[...f(x).shape, ...x.shape]`. One backward pass per element of the value; the
 * passes share one graph.
 */
export function jacobian(f: (x: Tensor) => Tensor): (x: Tensor) => Tensor {
  return (x) => {
    const value = f(x);
    const flat = value.flatten();
    const rows = Array.from({ length: flat.size }, (_, i) => pullBack(flat, oneHotRow(flat, i), [x])[0]!);
    if (rows.length === 0) return zeros([...value.shape, ...x.shape], x.dtype);
    return stack(rows).reshape([...value.shape, ...x.shape]);
  };
}

/** All second derivatives of a scalar `f` at `x`: `[...x.shape, ...x.shape]`. */
export function hessian(f: (x: Tensor) => Tensor): (x: Tensor) => Tensor {
  return jacobian((x) => gradients(f(x), [x])[0]!);
}

function oneHotRow(flat: Tensor, position: number): Tensor {
  const before = zeros([position], flat.dtype);
  const after = zeros([flat.size - position - 1], flat.dtype);
  return concat([before, zeros([1], flat.dtype).add(1), after], 0);
}

function targetsIn(name: string, parameters: unknown): Target[] {
  const targets: Target[] = [];
  mapTree(parameters, (leaf, path) => {
    if (leaf instanceof Tensor || leaf instanceof Variable) targets.push(leaf);
    else
      throw new ConfigError(
        `${name}: the first argument must hold tensors or variables only, but ${path || 'it'} is ${typeof leaf}. Pass other values as further arguments.`,
      );
    return leaf;
  });
  if (targets.length === 0)
    throw new GradientError(`${name}: there is nothing to differentiate with respect to; the first argument is empty.`);
  return targets;
}

function inTreeOf<P>(parameters: P, found: readonly Tensor[]): GradientsOf<P> {
  let next = 0;
  return mapTree(parameters, () => found[next++]) as GradientsOf<P>;
}
