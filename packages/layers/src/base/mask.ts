// Masks travel with tensors: which steps of a sequence, or which samples, are there and which are padding.
import { Tensor } from '@nablajs/tensor';

const masks = new WeakMap<Tensor, Tensor>();

/** The mask that a tensor carries, bool, shaped like its leading axes (`[batch, steps]`); `null` without one. */
export function maskOf(tensor: Tensor): Tensor | null {
  return masks.get(tensor) ?? null;
}

/**
 * The same tensor carrying another mask, or none. The one it was given is left as it is.
 * @param mask bool, shaped like the leading axes of the tensor; `true` where there is something
 */
export function withMask(tensor: Tensor, mask: Tensor | null): Tensor {
  if (maskOf(tensor) === mask) return tensor;
  const carrier = new Tensor(tensor.node);
  if (mask) masks.set(carrier, mask);
  return carrier;
}
