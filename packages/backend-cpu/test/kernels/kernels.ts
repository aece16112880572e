// All kernels and their planners, for tests and benchmarks; the backend loads them by families (src/ops/table.ts).

import type { Kernel } from '../../src/kernels/kernel.ts';
import { dot } from '../../src/kernels/product/dot.ts';
import { row } from '../../src/kernels/product/row.ts';
import { base } from '../../src/ops/base.ts';
import { convolution } from '../../src/ops/convolution.ts';
import { pooling } from '../../src/ops/pooling.ts';
import { resizing } from '../../src/ops/resizing.ts';
import { COPY_KERNELS } from '../../src/plan/copy.ts';

/** Every kernel a plan may call. */
export const KERNELS: readonly Kernel[] = [
  ...[base, convolution, pooling, resizing].flatMap(({ kernels }) => kernels),
  dot,
  row,
  ...COPY_KERNELS,
];

export { planConvKernelGradient } from '../../src/kernels/convolution/conv-gradient-plan.ts';
export { planConv, planConvInputGradient } from '../../src/kernels/convolution/conv-plan.ts';
export { planCopy, planTranspose, type StridedCopy, type StridedView } from '../../src/kernels/copy-plan.ts';
export type { ConvShape } from '../../src/kernels/geometry.ts';
export {
  DEFAULT_TILE,
  type KernelCall,
  type KernelOptions,
  type KernelPlan,
  type Tile,
  tallRows,
  tileFor,
} from '../../src/kernels/kernel.ts';
export {
  type PoolShape,
  planAvgPool,
  planAvgPoolGradient,
  planMaxPool,
  planMaxPoolGradient,
  planMaxPoolPick,
} from '../../src/kernels/pool/pool-plan.ts';
export { type Epilogue, type MatmulShape, PLAIN, planMatmul } from '../../src/kernels/product/matmul.ts';
export { planResize, planResizeGradient, type ResizeShape } from '../../src/kernels/resize.ts';
