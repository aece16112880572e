// A multiple of a tensor added to another in one pass over memory, which no standard operator does: ONNX Runtime's convolution
// of channels in blocks, each channel by itself with a kernel of one cell, adds its result to a tensor, in place if it may.
import type { Shape } from '@nablajs/tensor';
import { onBlocks } from './blocked.ts';
import type { Emitter } from './emitter.ts';
import type { Ref } from './writer.ts';

/** Rows that threads share. */
const MOST_ROWS = 16;

/** The shape in which so many elements are multiplied and added; null when they do not come in blocks. */
export function multiplyAddShape(e: Emitter, length: number): Shape | null {
  const { block } = e.target;
  if (block === 0 || length === 0 || length % block !== 0) return null;
  let rows = MOST_ROWS;
  while ((length / block) % rows !== 0) rows /= 2;
  return [1, block, rows, length / block / rows];
}

/** `sum + factor x`, rounded once; `factor` is of rank 0, the others of a shape for it. */
export function multiplyAdd(e: Emitter, sum: Ref, x: Ref, factor: Ref): Ref {
  const { block } = e.target;
  const kernel = e.expand(e.reshape(factor, [1, 1, 1, 1]), [block, 1, 1, 1]);
  return e.node(onBlocks('Conv'), [x, kernel, null, sum], x.type, x.shape, { group: block, kernel_shape: [1, 1] });
}
