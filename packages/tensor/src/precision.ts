// How exactly a computation is meant.
/**
 * `float32` computes as it is written. `mixedFloat16` rounds the operands of matrix products and convolutions, forward and
 * in gradients, to float16; everything else stays float32. Micikevicius et al., 2017, arXiv:1710.03740.
 */
export type ComputePrecision = 'float32' | 'mixedFloat16';

/** All precisions. */
export const COMPUTE_PRECISIONS: readonly ComputePrecision[] = ['float32', 'mixedFloat16'];

let full = false;

/** Whether ops that are called now are to keep their precision. */
export function isFullPrecision(): boolean {
  return full;
}

/**
 * Runs `f`; ops called in it, and their gradients, compute in the precision they are written in, also where a compiled
 * function has another.
 * @example const logits = fullPrecision(() => features.matmul(kernel));
 */
export function fullPrecision<T>(f: () => T): T {
  const outer = full;
  full = true;
  try {
    return f();
  } finally {
    full = outer;
  }
}
