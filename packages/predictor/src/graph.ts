// A graph as a file holds it: instructions for batches of any size.
import type { StoredTensor } from '@nablajs/model';
import { DTYPES, type DType, FormatError, type Graph, type Spec } from '@nablajs/tensor';
import { atBatch, type Json } from './sizes.ts';

/** The JSON of a graph. Sizes in it may grow with the batch. */
export interface StoredGraph {
  /** The ops' names, each once: instructions give their numbers. */
  readonly ops: readonly string[];
  /** Names of the tensors that are constants of the graph. */
  readonly constants: readonly string[];
  /** For each instruction: its op, operands, attributes, dtype and shape. */
  readonly code: Json;
  /** Value numbers, as in `Graph`. */
  readonly results: readonly number[];
}

/** What a stored graph is filled in with. */
export interface GraphParts {
  readonly stored: StoredGraph;
  /** All inputs, for this size. */
  readonly inputs: readonly Spec[];
  readonly constants: readonly StoredTensor[];
  /** Samples in a batch. */
  readonly size: number;
  /** For messages. */
  readonly file: string;
}

/** The graph for batches of one size. @throws FormatError where it contradicts itself */
export function graphOf({ stored, inputs, constants, size, file }: GraphParts): Graph {
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
  return {
    inputs,
    constants: constants.map(({ data, ...spec }) => ({ spec, data })),
    code,
    outputs: stored.results,
    donated: [],
  };
}

/** Whether JSON is a graph, as far as it can be told without a batch size. */
export function isGraph(json: unknown): boolean {
  const { ops, constants, code, results } = Object(json) as Partial<StoredGraph>;
  return isNames(ops) && isNames(constants) && Array.isArray(code) && code.every(Array.isArray) && isCounts(results);
}

export function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((each) => Number.isSafeInteger(each) && each >= 0);
}

export function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
