export type { DataFormat } from './layout.ts';
export type { SpatialPadding } from './padding.ts';
