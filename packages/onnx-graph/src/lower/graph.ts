// A whole graph as an ONNX model.
import { type Graph, type Instruction, NablaError, sizeOf, UnsupportedOpError } from '@nablajs/tensor';
import { fuseBiases } from '../passes/bias.ts';
import { reluAfterPool } from '../passes/relu-after-pool.ts';
import { firstResult, neededBy } from '../passes/uses.ts';
import { type ElementArray, elementArray } from '../proto/element-type.ts';
import { writeModel } from '../proto/model.ts';
import type { Draft } from '../proto/schema.ts';
import { Emitter } from './emitter.ts';
import type { Lowering } from './row.ts';
import { Stored } from './stored.ts';
import { loweringTable } from './table.ts';
import type { Target } from './writer.ts';

/** Options of {@link lowerGraph}. */
export interface LowerOptions extends Partial<Target> {
  /** Default `'nabla'`. */
  readonly name?: string;
  /** Names of the model's inputs, one per input of the graph. Default: `input_0`, `input_1`, ... */
  readonly inputs?: readonly string[];
  /** Names of the model's outputs. Default: `output_0`, `output_1`, ... */
  readonly outputs?: readonly string[];
  /** Whether shapes and types of inner values are written too; readers infer them otherwise. Default `false`. */
  readonly annotate?: boolean;
}

/**
 * The graph as the bytes of an ONNX model of standard operators (opset 21): one input per input of the graph, one output
 * per output, constants inside.
 * @throws UnsupportedOpError listing all ops that have no lowering, with their lines
 */
export function lowerGraph(graph: Graph, options: LowerOptions = {}): Uint8Array {
  return writeModel(lowerToProto(graph, options));
}

/** {@link lowerGraph} before it becomes bytes. */
export function lowerToProto(original: Graph, options: LowerOptions = {}): Draft<'GraphProto'> {
  refuseUnknown(original.code);
  const graph = fuseBiases(reluAfterPool(original));
  const { device = 'cpu', threads = 1, block = 0, name = 'nabla', annotate = false } = options;
  const e = new Emitter({ device, threads, block });
  const values: Stored[] = [
    ...graph.inputs.map(
      (spec, i) => new Stored(spec, e.input(options.inputs?.[i] ?? inputName(i), spec.dtype, spec.shape)),
    ),
    ...graph.constants.map(({ spec, data }) => new Stored(spec, e.constant(spec.dtype, spec.shape, data))),
  ];
  const needed = neededBy(graph);
  graph.code.forEach((instruction, i) => {
    if (!needed.has(firstResult(graph) + i)) return;
    e.scope = scopeOf(instruction, i);
    values[firstResult(graph) + i] = lowerOne(instruction, values, e);
  });
  e.scope = 'outputs';
  const results = graph.outputs.map((value) => values[value]!.whole(e));
  const written = e.finish(
    name,
    results,
    graph.outputs.map((_, i) => options.outputs?.[i] ?? outputName(i)),
  );
  return annotate ? written : { ...written, valueInfo: [] };
}

/** Default name of input `i` of a lowered model. */
export function inputName(i: number): string {
  return `input_${i}`;
}

/** Default name of output `i` of a lowered model. */
export function outputName(i: number): string {
  return `output_${i}`;
}

/** `conv2d (Conv2D)/conv_3`. Without quotes, which ONNX Runtime writes into its profiles as they are. */
function scopeOf({ op, path }: Instruction, i: number): string {
  return `${path ? `${path.replaceAll('"', '')}/` : ''}${op}_${i}`;
}

function lowerOne(
  { op, operands, attrs, spec, site, path }: Instruction,
  values: readonly Stored[],
  e: Emitter,
): Stored {
  if (sizeOf(spec.shape) === 0) {
    const nothing: ElementArray = elementArray(spec.dtype, []);
    return new Stored(spec, e.constant(spec.dtype, spec.shape, nothing));
  }
  const lower = loweringTable[op] as Lowering;
  try {
    return lower({ operands: operands.map((operand) => values[operand]!), attrs, spec }, e);
  } catch (error) {
    if (!(error instanceof NablaError) || error.site !== undefined) throw error;
    throw new UnsupportedOpError(error.detail, { op, path, site });
  }
}

function refuseUnknown(code: readonly Instruction[]): void {
  const unknown = code.filter(({ op }) => !(op in loweringTable));
  if (unknown.length === 0) return;
  const list = unknown.map(({ op, path, site }) => `${op}${path ? ` in ${path}` : ''}${site ? ` (${site})` : ''}`);
  throw new UnsupportedOpError(
    `these ops have no ONNX lowering: ${[...new Set(list)].join(', ')}. Give each a decomposition into Nabla's own ops.`,
  );
}
