export { regularizerFrom } from './from.ts';
export { L1, L1L2, type L1L2Config, L2, L2Norm } from './norms.ts';
export { Regularizer, type RegularizerLike, type RegularizerName } from './regularizer.ts';
