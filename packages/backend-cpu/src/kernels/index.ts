// The big kernels. Each is a WebAssembly function over pointers into one memory:
//
//   Kernel      name, params, emit(module, options): adds the function to a module and exports it under its name
//   plan...()   shapes and attributes -> KernelPlan: calls with every number decided and addresses left symbolic
//
//   const plan = planMatmul({ batch: 1, m: 64, n: 128, k: 784, transposeA: false, transposeB: false }, options);
//   for (const call of plan.calls)      // in order; ranges of one call may run at the same time on several threads
//     for each range [begin, end) of call.extent:
//       exports[call.kernel](...args, begin, end, workspace)     // call.workspace bytes, private to the range
//
// `args` follow the kernel's `params`; a `Place` is the address of a named buffer plus an offset. `shared` names scratch of
// `plan.shared` bytes that lives from the first call of the plan to its last. Any partition of the extent, on any number
// of threads, gives the same bits. Kernels read and write nothing outside their buffers; addresses are unsigned, and
// address 0 means "none", so that no buffer may start there.

import { conv } from './conv.ts';
import { convKernelGradient } from './conv-gradient.ts';
import { copyElements, copyRuns, copyTransposed } from './copy.ts';
import { depthwise, depthwiseKernelGradient } from './depthwise.ts';
import { dot } from './dot.ts';
import { gemm, gemmBatch } from './gemm.ts';
import type { Kernel } from './kernel.ts';
import { avgPool, avgPoolGradient, maxPool, maxPoolGradient, maxPoolPick } from './pool.ts';
import { resize, resizeGradient } from './resize.ts';
import { sumSlices } from './slices.ts';
import { winograd } from './winograd.ts';
import { winogradKernelGradient } from './winograd-gradient.ts';

/** Every kernel a plan may call. */
export const KERNELS: readonly Kernel[] = [
  ...[gemm, gemmBatch, dot],
  ...[conv, winograd, convKernelGradient, winogradKernelGradient, sumSlices, depthwise, depthwiseKernelGradient],
  ...[maxPool, maxPoolGradient, maxPoolPick, avgPool, avgPoolGradient],
  ...[copyRuns, copyElements, copyTransposed, resize, resizeGradient],
];

export { planConvKernelGradient } from './conv-gradient-plan.ts';
export { planConv, planConvInputGradient } from './conv-plan.ts';
export { planCopy, planTranspose, type StridedCopy, type StridedView } from './copy-plan.ts';
export type { ConvShape } from './geometry.ts';
export {
  DEFAULT_TILE,
  type Kernel,
  type KernelCall,
  type KernelOptions,
  type KernelPlan,
  type Place,
  RANGE,
  type Tile,
  tileFor,
} from './kernel.ts';
export { type Epilogue, type MatmulShape, PLAIN, planMatmul } from './matmul.ts';
export {
  type PoolShape,
  planAvgPool,
  planAvgPoolGradient,
  planMaxPool,
  planMaxPoolGradient,
  planMaxPoolPick,
} from './pool-plan.ts';
export { planResize, planResizeGradient, type ResizeShape } from './resize.ts';
