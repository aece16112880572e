// Masks travel with tensors: which steps of a sequence, or which samples, are there and which are padding.
import { Tensor } from '@nablajs/tensor';
import { listOf, mapEach, type Value } from './value.ts';

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

/**
 * An output with the masks it is to carry.
 * @param masks one for each tensor of `output`, from the first on
 * @param input what the layer was applied to: a layer that returns it as it is has not thereby given it a mask
 */
export function withMasks(output: Value, masks: Tensor | null | readonly (Tensor | null)[], input: Value): Value {
  const given = listOf<Tensor>(input);
  const rest = [...listOf<Tensor | null>(masks)];
  return mapEach<Tensor, Tensor>(output, (y) => {
    const mask = rest.shift() ?? null;
    return mask === null && !given.includes(y) ? y : withMask(y, mask);
  });
}
