import type { Tensor } from '@nablajs/tensor';

/** From 1 at 0 down to 0 at 1. */
export function halfCosine(done: Tensor): Tensor {
  return done.mul(Math.PI).cos().add(1).mul(0.5);
}
