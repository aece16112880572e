// The idea of a loss, and finding one by name

export * from './load.ts';
export * from './loss.ts';
export * from './names.ts';
export * from './registry.ts';

// Classes and decisions

export * from './binary.ts';
export * from './binary-focal.ts';
export * from './categorical.ts';
export * from './categorical-focal.ts';
export * from './generalized.ts';
export * from './hinge.ts';
export * from './margins.ts';

// Numbers

export * from './absolute-error.ts';
export * from './huber.ts';
export * from './likelihood.ts';
export * from './log-cosh.ts';
export * from './relative.ts';
export * from './squared-error.ts';

// Rows, areas, embeddings, sequences

export * from './circle.ts';
export * from './ctc.ts';
export * from './overlap.ts';
export * from './pairs.ts';
export * from './vectors.ts';
