export { type DescribeBackendOptions, describeBackend } from './backend.ts';
export { EXACT, expectClose, type Tolerance } from './close.ts';
export type { LayerCase, LayerClaims } from './layer/claims.ts';
export { type DescribeLayerOptions, describeLayer, describeLayers } from './layer/describe.ts';
export { type DescribeOpOptions, describeOp } from './op/describe.ts';
export type { Skip, Widening } from './skip.ts';
