import { ConfigError, formatSpec, ShapeError, sameShape, type Tensor, type Variable } from '@nablajs/tensor';

/** Throws unless there is one gradient per parameter, of its shape. */
export function checkPairs(type: string, parameters: readonly Variable[], gradients: readonly Tensor[]): void {
  if (parameters.length !== gradients.length) {
    throw new ConfigError(
      `${type}: got ${parameters.length} parameters and ${gradients.length} gradients. Pass one gradient per parameter, in the same order.`,
    );
  }
  const at = parameters.findIndex(({ shape }, i) => !sameShape(shape, gradients[i]!.shape));
  if (at < 0) return;
  throw new ShapeError(
    `${type}: parameter '${parameters[at]!.name}' is ${formatSpec(parameters[at]!.spec)}, its gradient ${formatSpec(gradients[at]!.spec)}. Pass gradients in the order of the parameters.`,
  );
}
