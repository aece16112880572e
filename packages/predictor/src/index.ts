export * from './export/export.ts';
export * from './load.ts';
export * from './predictor.ts';
