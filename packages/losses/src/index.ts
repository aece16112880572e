// The idea of a loss, and finding one by name

export * from './absolute-error.ts';
// Classes and decisions
export * from './binary.ts';
export * from './binary-focal.ts';
export * from './categorical.ts';
export * from './categorical-focal.ts';
// Rows, areas, embeddings, sequences
export * from './circle.ts';
export * from './ctc.ts';
export * from './generalized.ts';
export * from './hinge.ts';
export * from './huber.ts';
// Numbers
export * from './likelihood.ts';
export * from './load.ts';
export * from './log-cosh.ts';
export * from './loss.ts';
export * from './margins.ts';
export * from './names.ts';
export * from './overlap.ts';
export * from './pairs.ts';
export * from './registry.ts';
export * from './relative.ts';
export * from './squared-error.ts';
export * from './vectors.ts';
