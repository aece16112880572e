// One graph for batches of any size, from graphs for two sizes and a third to prove it.
import { type Backend, ConfigError, type Constant, type Graph, type Spec } from '@nablajs/tensor';
import type { StoredGraph } from '../graph.ts';
import { anyBatch, atBatch, type Json, toJson } from '../sizes.ts';

/** Samples in a batch: one size, or some that no model has by itself. What those change is the batch. */
export type Batches = readonly [number] | readonly [number, number, number];

const PROBES: Batches = [1009, 2003, 4001];

/** What both exporters can be told. */
export interface ExportOptions {
  /** The backend that will run it, whose ops are written. Default: the current one. */
  readonly backend?: Backend;
  /** Samples per batch. Default `'any'`; a model that computes with its batch size needs a number. */
  readonly batchSize?: number | 'any';
}

/** The sizes to trace for. @throws ConfigError */
export function batchesFor(caller: string, batchSize: number | 'any'): Batches {
  if (batchSize === 'any') return PROBES;
  if (Number.isInteger(batchSize) && batchSize >= 1) return [batchSize];
  throw new ConfigError(
    `${caller}: batchSize must be a whole number of at least 1 or 'any', got ${String(batchSize)}.`,
  );
}

/** Specs of a batch of so many samples. */
export function sized(specs: readonly Spec[], batch: number): readonly Spec[] {
  return specs.map(({ dtype, shape }) => ({ dtype, shape: [batch, ...shape.slice(1)] }));
}

/** A graph for files, and what its constants hold. */
export interface GeneralGraph {
  readonly stored: StoredGraph;
  readonly constants: readonly Constant[];
}

/**
 * The graph for all sizes from those traced for some.
 * @param place of the constants' names: `constant`
 * @throws ConfigError where the graphs differ in more than numbers that follow from the size
 */
export function generalGraph(caller: string, place: string, batches: Batches, graphs: readonly Graph[]): GeneralGraph {
  const [a] = graphs as [Graph];
  const [rows, ...others] = graphs.map(rowsOf) as [readonly Json[], ...(readonly Json[])[]];
  const stored: StoredGraph = {
    ops: [...new Set(a.code.map(({ op }) => op))],
    constants: a.constants.map((_, i) => `${place}/${i}`),
    code: rows,
    results: a.outputs,
  };
  if (batches.length === 1) return { stored, constants: a.constants };
  const [first, second, third] = batches;
  const merged = rows.map((row, i) => {
    const any = anyBatch({ batches: [first, second], values: [row, others[0]![i] ?? null] });
    // Two points always lie on a line.
    return any !== null && isDeepEqual(toJson(atBatch(any, third)), others[1]![i]) ? any : null;
  });
  const odd = merged.indexOf(null);
  const isSame = graphs.every(
    (b) =>
      a.code.length === b.code.length &&
      a.inputs.length === b.inputs.length &&
      a.outputs.join() === b.outputs.join() &&
      a.constants.every((each, i) => isEqual(each, b.constants[i])),
  );
  if (odd < 0 && isSame) return { stored: { ...stored, code: merged as Json }, constants: a.constants };
  const { op, path } = a.code[Math.max(odd, 0)] ?? { op: 'constant' };
  throw new ConfigError(
    `${caller}: this model cannot be written for batches of any size, because it computes with the size itself (in ${op}${path ? ` of ${path}` : ''}). ` +
      `Say how many samples a batch will have: ${caller}(model, { batchSize: 1 }).`,
  );
}

function isDeepEqual(a: Json, b: Json | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function isEqual({ data }: Constant, other: Constant | undefined): boolean {
  return other?.data.length === data.length && data.every((value, at) => Object.is(value, other.data[at]));
}

function rowsOf(graph: Graph): readonly Json[] {
  const ops = [...new Set(graph.code.map(({ op }) => op))];
  return graph.code.map(({ op, operands, attrs, spec }) =>
    toJson([ops.indexOf(op), operands, attrs, spec.dtype, spec.shape]),
  );
}
