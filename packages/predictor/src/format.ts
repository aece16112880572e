// What a predictor's file holds: safetensors with the weights, and the graph as JSON beside them.
import type { StoredTensor } from '@nablajs/model';
import {
  DTYPES,
  type DType,
  FormatError,
  formatSpec,
  type Graph,
  type Shape,
  type Spec,
  specOf,
} from '@nablajs/tensor';
import { atBatch, type Json } from './sizes.ts';

/** The metadata entry with the graph. */
export const KEY = 'nabla.predictor';

/** The format that is written; newer ones are refused. */
export const VERSION = 1;

/** A stored input or output. */
export interface StoredPlace {
  readonly name: string;
  readonly dtype: DType;
  /** Of one sample. */
  readonly shape: Shape;
}

/** The JSON beside the weights. Sizes in `graph` may grow with the batch. */
export interface Stored {
  readonly version: number;
  readonly inputs: readonly StoredPlace[];
  readonly outputs: readonly StoredPlace[];
  /** The only batch size, or `null` for any. */
  readonly batchSize: number | null;
  /** The ops' names, each once: instructions give their numbers. */
  readonly ops: readonly string[];
  /** Names of the tensors that are inputs after the model's own, in their order. */
  readonly weights: readonly string[];
  /** Names of the tensors that are constants of the graph. */
  readonly constants: readonly string[];
  /** For each instruction: its op, operands, attributes, dtype and shape. */
  readonly code: Json;
  /** Value numbers, as in `Graph`. */
  readonly results: readonly number[];
}

/** A file that was read. */
export interface Loaded {
  readonly stored: Stored;
  readonly weights: readonly StoredTensor[];
  readonly constants: readonly StoredTensor[];
  /** For messages. */
  readonly file: string;
}

/** The graph for batches of one size. @throws FormatError where it contradicts itself */
export function graphAt({ stored, weights, constants, file }: Loaded, size: number): Graph {
  const inputs = [
    ...stored.inputs.map((place) => specAt(place, size)),
    ...weights.map(({ dtype, shape }) => ({ dtype, shape })),
  ];
  const before = inputs.length + constants.length;
  const rows = atBatch(stored.code, size) as readonly unknown[];
  const code = rows.map((row, i) => {
    const [op, operands, attrs, dtype, shape] = row as readonly unknown[];
    const name = stored.ops[op as number];
    const known = before + i;
    const isSound =
      name !== undefined &&
      isCounts(operands) &&
      operands.every((operand) => operand < known) &&
      typeof attrs === 'object' &&
      attrs !== null &&
      DTYPES.includes(dtype as DType) &&
      isCounts(shape);
    if (!isSound) throw new FormatError(`${file}: instruction ${i} of its graph is damaged.`);
    return {
      op: name,
      operands,
      attrs: attrs as Graph['code'][number]['attrs'],
      spec: { dtype: dtype as DType, shape },
    };
  });
  const graph = {
    inputs,
    constants: constants.map(({ data, ...spec }) => ({ spec, data })),
    code,
    outputs: stored.results,
    donated: [],
  };
  stored.outputs.forEach((place, i) => {
    const [wanted, value] = [formatSpec(specAt(place, size)), stored.results[i]!];
    if (value < before + code.length && formatSpec(specOf(graph, value)) === wanted) return;
    throw new FormatError(`${file}: its graph does not compute the output '${place.name}', ${wanted}.`);
  });
  return graph;
}

function specAt({ dtype, shape }: StoredPlace, size: number): Spec {
  return { dtype, shape: [size, ...shape] };
}

/** The JSON of a file, checked as far as it can be without a batch size. @throws FormatError */
export function parseStored(json: unknown, file: string): Stored {
  const { version, inputs, outputs, batchSize, ops, weights, constants, code, results } = Object(
    json,
  ) as Partial<Stored>;
  if (typeof version === 'number' && version > VERSION) {
    throw new FormatError(
      `${file} has format ${version}, and this version reads up to ${VERSION}. Update @nablajs/predictor.`,
    );
  }
  const isSound =
    version === VERSION &&
    isPlaces(inputs) &&
    isPlaces(outputs) &&
    (batchSize === null || (isCounts([batchSize]) && batchSize! > 0)) &&
    isNames(ops) &&
    isNames(weights) &&
    isNames(constants) &&
    Array.isArray(code) &&
    code.every(Array.isArray) &&
    isCounts(results) &&
    results.length === outputs.length;
  if (!isSound) throw new FormatError(`${file}: the description of its graph is damaged.`);
  return json as Stored;
}

function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((each) => Number.isSafeInteger(each) && each >= 0);
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function isPlaces(value: unknown): value is readonly StoredPlace[] {
  return (
    Array.isArray(value) &&
    value.every(
      (place: Partial<StoredPlace>) =>
        typeof place?.name === 'string' && DTYPES.includes(place.dtype!) && isCounts(place.shape),
    )
  );
}
