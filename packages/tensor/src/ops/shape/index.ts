export {
  type ConcatAttrs,
  concat,
  concatOp,
  type PadAttrs,
  pad,
  padOp,
  type SliceAttrs,
  slice,
  sliceOp,
  split,
  stack,
} from './cut.ts';
export { type BroadcastToAttrs, broadcastTo, broadcastToOp, repeat, tile } from './expand.ts';
export { type FlipAttrs, flip, flipOp, type TransposeAttrs, transpose, transposeOp } from './move.ts';
export { expandDims, type ReshapeAttrs, reshape, reshapeOp, squeeze } from './reshape.ts';
