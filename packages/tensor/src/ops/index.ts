// Everything under ops/ that users, plugins and backends may use, grouped by what it does.

// Values without operands

export * from './constant.ts';
export * from './random.ts';

// One element at a time

export * from './activations.ts';
export * from './elementwise/binary.ts';
export * from './elementwise/compare.ts';
export * from './elementwise/unary.ts';

// Along axes

export * from './cumulative.ts';
export * from './reduce.ts';
export * from './softmax.ts';
export * from './sort.ts';
export * from './top-k.ts';

// Shape and place

export { type GatherAttrs, gather, gatherOp, type ScatterAddAttrs, scatterAddOp } from './gather.ts';
export * from './one-hot.ts';
export * from './resize.ts';
export * from './scatter.ts';
export * from './shape/index.ts';
export * from './take-along-axis.ts';

// Products

export * from './conv.ts';
export * from './conv-ops.ts';
export * from './einsum.ts';
export * from './matmul.ts';

// Windows

export * from './avg-pool.ts';
export * from './max-pool.ts';
export type { PoolAttrs, PoolOptions } from './pool.ts';
export type { Padding, PerAxis, WindowAttrs } from './spatial.ts';

// All of them, as backends list them

export { compositeOps, primitiveOps } from './all.ts';
