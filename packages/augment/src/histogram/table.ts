// Histograms of groups of values, and tables looked up by group: the two halves of every equalization.
import { gather, onesLike, scatterAdd, type Tensor } from '@nablajs/tensor';

/** How often each of `bins` whole values occurs in each group. `keys` is int32, `group * bins + value`: `[groups, bins]`. */
export function histogram(keys: Tensor, groups: number, bins: number): Tensor {
  const flat = keys.reshape([keys.size]);
  return scatterAdd(flat, onesLike(flat.cast('float32')), groups * bins).reshape([groups, bins]);
}

/** The entry of `tables [groups, bins]` for each key. */
export function lookUp(tables: Tensor, keys: Tensor): Tensor {
  return gather(tables.reshape([tables.size]), keys.reshape([keys.size])).reshape(keys.shape);
}
