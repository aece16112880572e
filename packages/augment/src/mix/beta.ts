// Random numbers of the beta and gamma distributions, in a number of draws that is known beforehand.
import { randomNormal, randomUniform, type Shape, type Tensor } from '@nablajs/tensor';

/** Each attempt succeeds in more than 95 of 100 cases; that all fail happens once in 25 billion. */
const ATTEMPTS = 8;

/** Logarithms of gamma-distributed values with one shape parameter (Marsaglia and Tsang, 2000). */
function logGamma(shape: Shape, alpha: number): Tensor {
  // Below 1 the method wants a parameter one higher, and a power of a uniform value corrects for it.
  const raised = alpha < 1 ? alpha + 1 : alpha;
  const d = raised - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  const attempt = (): { readonly v: Tensor; readonly accepted: Tensor } => {
    const [x, u] = [randomNormal(shape), randomUniform(shape)];
    const base = x.mul(c).add(1);
    const positive = base.greater(0);
    const v = positive.where(base, 1).pow(3);
    const bound = x.square().mul(0.5).add(d).sub(v.mul(d)).add(v.log().mul(d));
    return {
      v,
      accepted: positive.logicalAnd(
        u
          .maximum(2 ** -25)
          .log()
          .less(bound),
      ),
    };
  };
  let v: Tensor | null = null;
  for (let i = 0; i < ATTEMPTS; i++) {
    const next = attempt();
    v = v === null ? next.v : next.accepted.where(next.v, v);
  }
  const log = v!.mul(d).log();
  return alpha < 1
    ? log.add(
        randomUniform(shape)
          .maximum(2 ** -25)
          .log()
          .mul(1 / alpha),
      )
    : log;
}

/** Values between 0 and 1 of the beta distribution with parameters `alpha` and `beta`. */
export function randomBeta(shape: Shape, alpha: number, beta: number): Tensor {
  // x / (x + y) of two gamma values, whose logarithms do not underflow for small parameters.
  return logGamma(shape, alpha).sub(logGamma(shape, beta)).sigmoid();
}

/** Shares that add up to 1 along the last axis: the symmetric Dirichlet distribution. */
export function randomDirichlet(shape: Shape, alpha: number): Tensor {
  return logGamma(shape, alpha).softmax(-1);
}
