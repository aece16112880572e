export { regularizerFrom } from './from.ts';
export { L1, L1L2, type L1L2Config, L2, L2Norm } from './norms.ts';
export { OrthogonalRegularizer, type OrthogonalRegularizerConfig } from './orthogonal.ts';
export { Regularizer, type RegularizerLike, type RegularizerName } from './regularizer.ts';
