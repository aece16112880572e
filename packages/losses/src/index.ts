// The idea of a loss, and finding one by name

export * from './base/loss.ts';
export * from './names/load.ts';
export * from './names/names.ts';
export * from './names/registry.ts';

// Classes and decisions

export * from './classes/categorical.ts';
export * from './classes/categorical-focal.ts';
export * from './classes/generalized.ts';
export * from './classes/margins.ts';
export * from './decisions/binary.ts';
export * from './decisions/binary-focal.ts';
export * from './decisions/hinge.ts';

// Numbers

export * from './numbers/absolute-error.ts';
export * from './numbers/huber.ts';
export * from './numbers/likelihood.ts';
export * from './numbers/log-cosh.ts';
export * from './numbers/relative.ts';
export * from './numbers/squared-error.ts';

// Rows, areas, embeddings, sequences

export * from './structures/circle.ts';
export * from './structures/ctc.ts';
export * from './structures/overlap.ts';
export * from './structures/pairs.ts';
export * from './structures/vectors.ts';
