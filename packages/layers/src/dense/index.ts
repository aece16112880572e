export {
  AdaptiveLogSoftmax,
  type AdaptiveLogSoftmaxGroups,
  type AdaptiveLogSoftmaxOptions,
} from './adaptive-log-softmax.ts';
export { Bilinear, type BilinearOptions } from './bilinear.ts';
export { Dense, type DenseConfig, type DenseOptions } from './dense.ts';
export { EinsumDense, type EinsumDenseMain, type EinsumDenseOptions } from './einsum-dense.ts';
export { Maxout, type MaxoutConfig, type MaxoutOptions } from './maxout.ts';
export { SwiGLU, type SwiGLUOptions } from './swiglu.ts';
