// Lowering

export { inputName, type LowerOptions, lowerGraph, outputName } from './lower/graph.ts';
export { loweredOps } from './lower/table.ts';
// Files
export { OPSET, readModel, writeModel } from './proto/model.ts';
export type { Draft, Message, MessageName } from './proto/schema.ts';
