// Lowering
export { inputName, type LowerOptions, lowerGraph, lowerToProto, numberOf, outputName } from './lower/graph.ts';
export { type Part, readName } from './lower/parts.ts';
export { loweredOps } from './lower/table.ts';
// Files
export { bytesOf, codeOf, type ElementArray, type ElementType } from './proto/element-type.ts';
export { OPSET, readModel, writeModel } from './proto/model.ts';
export type { Draft, Message, MessageName } from './proto/schema.ts';
export { decodeMessage, encodeMessage } from './proto/wire.ts';
