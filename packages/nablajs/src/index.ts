// Everything a beginner needs from one name, and a backend that needs no choosing, which comes first: bundlers take a name
// from the first module that has it.

export * from './start.ts';

// The packages, in any order.

export * from '@nablajs/augment';
export * from '@nablajs/autograd';
export * from '@nablajs/data';
export * from '@nablajs/layers';
// Names of classes that are types elsewhere.
export { Average, Constant } from '@nablajs/layers';
export * from '@nablajs/losses';
export * from '@nablajs/model';
export * from '@nablajs/optimizers';
export * from '@nablajs/predictor';
export * from '@nablajs/tensor';
export * from './cpu.ts';
export * from './metrics.ts';
