export type { DataFormat } from './layout.ts';
export type { SpatialPadding } from './padding.ts';
export type { Margins, Sides } from './per-axis.ts';
