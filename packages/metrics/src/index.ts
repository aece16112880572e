// Some have the name of a loss; `own.ts` has all the others.

export * from './base/loss-metric.ts';
export * from './numbers/error.ts';
export * from './own.ts';
