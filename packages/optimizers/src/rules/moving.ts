// Running means, of which most rules are made.
import type { Tensor } from '@nablajs/tensor';

/** A running mean one value further: `beta mean + (1 - beta) value`. */
export function moved(mean: Tensor, value: Tensor, beta: number): Tensor {
  return mean.add(value.sub(mean).mul(1 - beta));
}

/** `1 - beta^step`: how much of its level a running mean has reached. Exact where `beta^step` is close to 1. */
export function reached(beta: number, step: Tensor): Tensor {
  return step.mul(Math.log(beta)).expm1().neg();
}
