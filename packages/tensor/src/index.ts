// Tensors and variables

export {
  asTensor,
  create,
  eye,
  fromData,
  full,
  ones,
  onesLike,
  scalar,
  tensor,
  zeros,
  zerosLike,
} from './creation.ts';
export { arange, linspace } from './ranges.ts';
export { type Axes, type NestedArray, type Operand, type ReduceOptions, realize, Tensor } from './tensor.ts';
export { isRecord, isTensor, mapTree, type Tree } from './tree.ts';
export { Variable, type VariableOptions, variable } from './variable.ts';

// Specs, errors and names

export { configFrom } from './config.ts';
export * from './errors.ts';
export { fromHalfBits, halfBits, halfToNumber, roundToHalf } from './half.ts';
export { adviceFor, classNamed, closest, lookup, typeNamed } from './names.ts';
export { inScope, scopePath } from './scope.ts';
export * from './spec.ts';

// Ops

export {
  type AnyOp,
  type AnyOpDefinition,
  defineOp,
  type Op,
  type OpDefinition,
  type ReferenceCall,
  type Sample,
  type SampleInput,
  type VjpCall,
} from './op.ts';
export * from './ops/index.ts';

// Randomness

export {
  type NormalOptions,
  randomBernoulli,
  randomBits,
  randomInteger,
  randomNormal,
  randomUniform,
  truncatedNormal,
  type UniformOptions,
} from './random/distributions.ts';
export { type Key, philox4x32, randomWords } from './random/philox.ts';
export { type RandomState, RandomStream, randomStream, setSeed, withRandomStream } from './random/stream.ts';

// Running

export type { Backend, Buffer, Capabilities, Executable } from './backend/contract.ts';
export { getBackend, resolveBackend, setBackend, setDefaultBackend } from './backend/current.ts';
export { type DebugOptions, debug } from './debug.ts';
export { COMPUTE_PRECISIONS, type ComputePrecision, fullPrecision } from './precision.ts';
export { type Compiled, type CompileOptions, compile } from './runtime/compile.ts';
export { executableStats } from './runtime/executable-stats.ts';
export {
  type Traced,
  type TracedInput,
  type TracedStep,
  type TracedWeight,
  type TraceTarget,
  traceGraph,
  traceStep,
  weightNames,
} from './runtime/trace-graph.ts';
export { currentTrace, shapesOnly } from './trace.ts';

// Graphs

export { attrsKey } from './graph/attrs.ts';
export { type Attrs, type AttrValue, type Constant, type Graph, type Instruction, specOf } from './graph/graph.ts';
export { formatGraph, toDot } from './graph/listing.ts';
export type { Node } from './graph/node.ts';
export { postOrder } from './graph/order.ts';
