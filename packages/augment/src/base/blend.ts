import type { Tensor } from '@nablajs/tensor';

/** `a` where `share` is 0, `b` where it is 1; beyond, further on. */
export function blend(a: Tensor, b: Tensor, share: Tensor): Tensor {
  return a.add(b.sub(a).mul(share));
}
