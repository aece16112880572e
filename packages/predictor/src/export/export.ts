import { checksumOf, writeSafetensors } from '@nablajs/model';
import {
  type Backend,
  ConfigError,
  resolveBackend,
  type Spec,
  specOf,
  type Tensor,
  type Traced,
  traceGraph,
  weightNames,
} from '@nablajs/tensor';
import { KEY, type Stored, type StoredPlace, VERSION } from '../format.ts';
import { anyBatch, type Json, toJson } from '../sizes.ts';

/** What can be exported: every model of `@nablajs/model`, and whatever looks like one. */
export interface Predictable {
  readonly name?: string;
  /** Spec of a batch of inputs, whose first axis stands for the batch; a list for several inputs. */
  readonly inputSpec: Spec | readonly Spec[] | null;
  /** What several inputs and outputs are called. */
  readonly inputPlaces?: { readonly names: readonly string[] };
  readonly outputPlaces?: { readonly names: readonly string[] };
  apply(x: Tensor | readonly Tensor[], mode?: { readonly training?: boolean }): Tensor | readonly Tensor[];
}

/** Options of {@link exportPredictor}. */
export interface ExportPredictorOptions {
  /** The backend that will run it, whose ops are written. Default: the current one. */
  readonly backend?: Backend;
  /** Samples per batch. Default `'any'`; a model that computes with its batch size needs a number. */
  readonly batchSize?: number | 'any';
}

/** Two sizes that no model has by itself: what they change is the batch. */
const PROBES = [1009, 2003] as const;

/**
 * A trained model's computation and weights as one file, for `loadPredictor`: a page that predicts with it loads neither
 * layers nor tensors, and needs no code of plugins. The file is safetensors; nothing in it is executed but ops.
 * Dropout and the like are left out, as in `predict`.
 * @param model a built model (`predict` or `build` it once)
 * @throws ConfigError for a model that is not built or needs `batchSize`; UnsupportedOpError for ops that the backend
 * cannot run, and for models that draw random numbers
 * @example await writeFile('digits.predictor', await exportPredictor(model));
 */
export async function exportPredictor(model: Predictable, options: ExportPredictorOptions = {}): Promise<Uint8Array> {
  const { batchSize = 'any', backend = await resolveBackend() } = options;
  if (batchSize !== 'any' && (!Number.isInteger(batchSize) || batchSize < 1)) {
    throw new ConfigError(
      `exportPredictor: batchSize must be a whole number of at least 1 or 'any', got ${String(batchSize)}.`,
    );
  }
  const specs = inputSpecs(model);
  const batches = batchSize === 'any' ? PROBES : [batchSize];
  const traces: Traced[] = [];
  for (const batch of batches) traces.push(await traced(model, specs, batch, backend));
  const [first] = traces as [Traced];
  const { code, constants } = general(traces);
  const outputs = outputPlaces(model, first, batches[0]!);
  const stored: Stored = {
    version: VERSION,
    inputs: specs.map(({ dtype, shape }, i) => ({
      name: nameOf('input', i, specs.length, model.inputPlaces),
      dtype,
      shape: shape.slice(1),
    })),
    outputs,
    batchSize: batchSize === 'any' ? null : batchSize,
    ops: [...new Set(first.graph.code.map(({ op }) => op))],
    weights: weightNames(first),
    constants: constants.map((_, i) => `constant/${i}`),
    code,
    results: first.graph.outputs,
  };
  const names = [...stored.weights, ...stored.constants];
  const values = [...first.weights.map(({ value }) => value), ...constants];
  const tensors = new Map(values.map(({ spec, data }, i) => [names[i]!, { ...spec, data }]));
  const json = JSON.stringify(stored);
  return writeSafetensors({ tensors, metadata: { [KEY]: json, checksum: checksumOf(json, tensors) } });
}

function inputSpecs({ inputSpec, name = 'model' }: Predictable): readonly Spec[] {
  if (inputSpec) return (Array.isArray(inputSpec) ? inputSpec : [inputSpec]) as readonly Spec[];
  throw new ConfigError(
    `exportPredictor: model '${name}' does not know its input yet. Call model.build({ shape: [1, ...], dtype }) or predict once.`,
  );
}

function traced(model: Predictable, specs: readonly Spec[], batch: number, backend: Backend): Promise<Traced> {
  const inputs = specs.map(({ dtype, shape }) => ({ dtype, shape: [batch, ...shape.slice(1)] }));
  const forward = (x: readonly Tensor[]): readonly Tensor[] => {
    const y = model.apply(Array.isArray(model.inputSpec) ? x : x[0]!, { training: false });
    return (Array.isArray(y) ? y : [y]) as readonly Tensor[];
  };
  return traceGraph(forward, inputs, { name: 'exportPredictor', capabilities: backend.capabilities });
}

/** The instructions for any of the traced sizes; a trace's constants are weights as well. */
function general(traces: readonly Traced[]): { readonly code: Json; readonly constants: Traced['graph']['constants'] } {
  const [a, b] = traces as [Traced, Traced?];
  const rows = traces.map(rowsOf);
  if (!b) return { code: rows[0]!, constants: a.graph.constants };
  const merged = rows[0]!.map((row, i) => anyBatch({ batches: PROBES, values: [row, rows[1]![i] ?? null] }));
  const odd = merged.indexOf(null);
  const constants = a.graph.constants;
  const sameConstants = constants.every(({ data }, i) => {
    const other = b.graph.constants[i]?.data;
    return other?.length === data.length && data.every((value, at) => Object.is(value, other[at]));
  });
  if (odd < 0 && sameConstants && rows[0]!.length === rows[1]!.length) return { code: merged as Json, constants };
  const { op, path } = a.graph.code[Math.max(odd, 0)] ?? { op: 'constant' };
  throw new ConfigError(
    `exportPredictor: this model cannot be written for batches of any size, because it computes with the size itself (in ${op}${path ? ` of ${path}` : ''}). ` +
      'Say how many samples a batch will have: exportPredictor(model, { batchSize: 1 }).',
  );
}

function rowsOf({ graph }: Traced): readonly Json[] {
  const ops = [...new Set(graph.code.map(({ op }) => op))];
  return graph.code.map(({ op, operands, attrs, spec }) =>
    toJson([ops.indexOf(op), operands, attrs, spec.dtype, spec.shape]),
  );
}

function outputPlaces(model: Predictable, { graph }: Traced, batch: number): readonly StoredPlace[] {
  return graph.outputs.map((value, i) => {
    const { dtype, shape } = specOf(graph, value);
    const name = nameOf('output', i, graph.outputs.length, model.outputPlaces);
    if (shape[0] === batch) return { name, dtype, shape: shape.slice(1) };
    throw new ConfigError(
      `exportPredictor: '${name}' has shape [${shape.join(', ')}] for ${batch} samples. Its first axis must be the batch.`,
    );
  });
}

function nameOf(what: string, i: number, count: number, places: Predictable['inputPlaces']): string {
  return count === 1 ? what : (places?.names[i] ?? `${what}_${i}`);
}
