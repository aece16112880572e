export { Concatenate, type ConcatenateOptions } from './concatenate.ts';
export { Dot, type DotAxes, type DotOptions } from './dot.ts';
export { Add, Average, Maximum, Minimum, Multiply, Subtract } from './elementwise.ts';
export { Merge } from './merge.ts';
