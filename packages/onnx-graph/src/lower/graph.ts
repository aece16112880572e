// A whole graph as an ONNX model.
import { type Graph, type Instruction, NablaError, sizeOf, UnsupportedOpError } from '@nablajs/tensor';
import { fuseBiases } from '../passes/bias.ts';
import { markGatedPools } from '../passes/gated-pools.ts';
import { imagesInTiles } from '../passes/image-tiles.ts';
import { reluAfterPool } from '../passes/relu-after-pool.ts';
import { chainsToTile, takenOver } from '../passes/tiles.ts';
import { firstResult, neededBy } from '../passes/uses.ts';
import { type ElementArray, elementArray } from '../proto/element-type.ts';
import { writeModel } from '../proto/model.ts';
import type { Draft } from '../proto/schema.ts';
import { elementwiseRows } from './elementwise.ts';
import { Emitter } from './emitter.ts';
import { partName } from './parts.ts';
import type { Lowering } from './row.ts';
import { Stored } from './stored.ts';
import { loweringTable } from './table.ts';
import { lowerTiled } from './tiling.ts';
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
 * per output, constants inside. With `tile`, large ones may come in parts: see `readName`.
 * @throws UnsupportedOpError listing all ops that have no lowering, with their lines
 */
export function lowerGraph(graph: Graph, options: LowerOptions = {}): Uint8Array {
  return writeModel(lowerToProto(graph, options));
}

/** {@link lowerGraph} before it becomes bytes. */
export function lowerToProto(original: Graph, options: LowerOptions = {}): Draft<'GraphProto'> {
  refuseUnknown(original.code);
  const { device = 'cpu', threads = 1, block = 0, tile = 0, images = 0, name = 'nabla', annotate = false } = options;
  const elementwise = (op: string): boolean => Object.hasOwn(elementwiseRows, op);
  const graph = imagesInTiles(fuseBiases(markGatedPools(reluAfterPool(original))), images, elementwise);
  const e = new Emitter({ device, threads, block, tile, images });
  const nameOfInput = (i: number): string => options.inputs?.[i] ?? inputName(i);
  const nameOfOutput = (i: number): string => options.outputs?.[i] ?? outputName(i);
  const values: Stored[] = [
    ...graph.inputs.map((spec, i) => new Stored(spec, e.input(nameOfInput(i), spec.dtype, spec.shape))),
    ...graph.constants.map(({ spec, data }) => new Stored(spec, e.constant(spec.dtype, spec.shape, data))),
  ];
  const needed = neededBy(graph);
  const chains = chainsToTile(graph, tile, elementwise);
  const tiled = new Set(chains.flatMap(({ places }) => places));
  const enter = (instruction: Instruction, place: number): void => {
    e.scope = scopeOf(instruction, place);
  };
  const lower = (instruction: Instruction, operands: readonly Stored[]): Stored => lowerOne(instruction, operands, e);
  const first = firstResult(graph);
  graph.code.forEach((instruction, i) => {
    if (!needed.has(first + i) || tiled.has(i)) return;
    enter(instruction, i);
    values[first + i] = lower(
      instruction,
      instruction.operands.map((operand) => values[operand]!),
    );
  });
  const over = new Map(chains.flatMap((chain) => [...takenOver(graph, chain)]));
  const context = { values, nameOfInput, enter, lower };
  const inParts = new Map(chains.flatMap((chain) => [...lowerTiled(e, graph, chain, context)]));
  e.scope = 'outputs';
  const results = graph.outputs.flatMap((value, i) => {
    const parts = inParts.get(value);
    if (!parts) return [{ name: nameOfOutput(i), ref: values[value]!.whole(e) }];
    const input = over.get(value);
    const taken = input === undefined || graph.outputs.indexOf(value) !== i ? undefined : nameOfInput(input);
    return parts.map(({ part, ref }) => ({ name: partName(nameOfOutput(i), part, taken), ref }));
  });
  const written = e.finish(
    name,
    results.map(({ ref }) => ref),
    results.map((result) => result.name),
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

/** Which input or output has this default name. */
export function numberOf(name: string): number {
  return Number(name.slice(name.lastIndexOf('_') + 1));
}

/** `conv2d (Conv2D)/conv_3`. Without quotes, which ONNX Runtime writes into its profiles as they are. */
function scopeOf({ op, path }: Instruction, i: number): string {
  return `${path ? `${path.replaceAll('"', '')}/` : ''}${op}_${i}`;
}

function lowerOne({ op, attrs, spec, site, path }: Instruction, operands: readonly Stored[], e: Emitter): Stored {
  if (sizeOf(spec.shape) === 0) {
    const nothing: ElementArray = elementArray(spec.dtype, []);
    return new Stored(spec, e.constant(spec.dtype, spec.shape, nothing));
  }
  const lower = loweringTable[op] as Lowering;
  try {
    return lower({ operands, attrs, spec }, e);
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
