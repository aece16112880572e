// Everything that trains and evaluates, as one module to fetch: all of it works with the same steps.
export { evaluateModel } from './evaluate.ts';
export { fitModel } from './fit.ts';
export { testBatch, trainBatch } from './on-batch.ts';
