// Some have the name of a loss; `own.ts` has all the others.
export * from './error.ts';
export * from './loss-metric.ts';
export * from './own.ts';
