// The graph of `predict`, for files.
import {
  type Capabilities,
  ConfigError,
  type Constant,
  type Graph,
  type Spec,
  specOf,
  type Tensor,
  type TracedWeight,
  traceGraph,
} from '@nablajs/tensor';
import { type Stored, type StoredPlace, VERSION } from '../format.ts';
import { type Batches, generalGraph, sized } from './any-batch.ts';

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

/** What is asked of an export. */
export interface Request {
  readonly caller: string;
  readonly batches: Batches;
  readonly capabilities: Capabilities;
  /** Where the graph's constants lie in the file. Default `constant`. */
  readonly constants?: string;
}

/** A predictor for files, but for the names of its weights. */
export interface Forward {
  readonly stored: Omit<Stored, 'weights'>;
  readonly weights: readonly TracedWeight[];
  readonly constants: readonly Constant[];
}

/** Traces what a model predicts. */
export async function forwardOf(
  model: Predictable,
  { caller, batches, capabilities, constants: place = 'constant' }: Request,
): Promise<Forward> {
  const specs = inputSpecs(caller, model);
  const forward = (x: readonly Tensor[]): readonly Tensor[] => {
    const y = model.apply(Array.isArray(model.inputSpec) ? x : x[0]!, { training: false });
    return (Array.isArray(y) ? y : [y]) as readonly Tensor[];
  };
  const traces = await Promise.all(
    batches.map((batch) => traceGraph(forward, sized(specs, batch), { name: caller, capabilities })),
  );
  const graphs = traces.map(({ graph }) => graph);
  const { stored, constants } = generalGraph(caller, place, batches, graphs);
  return {
    stored: {
      version: VERSION,
      inputs: specs.map(({ dtype, shape }, i) => ({
        name: placeName('input', i, specs.length, model.inputPlaces),
        dtype,
        shape: shape.slice(1),
      })),
      outputs: outputPlaces(caller, model, graphs[0]!, batches[0]),
      batchSize: batches.length === 1 ? batches[0] : null,
      ...stored,
    },
    weights: traces[0]!.weights,
    constants,
  };
}

/** Specs of a batch of each input. @throws ConfigError for a model that was not built */
export function inputSpecs(caller: string, { inputSpec, name = 'model' }: Predictable): readonly Spec[] {
  if (inputSpec) return (Array.isArray(inputSpec) ? inputSpec : [inputSpec]) as readonly Spec[];
  throw new ConfigError(
    `${caller}: model '${name}' does not know its input yet. Call model.build({ shape: [1, ...], dtype }) or predict once.`,
  );
}

function outputPlaces(caller: string, model: Predictable, graph: Graph, batch: number): readonly StoredPlace[] {
  return graph.outputs.map((value, i) => {
    const { dtype, shape } = specOf(graph, value);
    const name = placeName('output', i, graph.outputs.length, model.outputPlaces);
    if (shape[0] === batch) return { name, dtype, shape: shape.slice(1) };
    throw new ConfigError(
      `${caller}: '${name}' has shape [${shape.join(', ')}] for ${batch} samples. Its first axis must be the batch.`,
    );
  });
}

/** What an input or output is called: as the model says where there are several. */
export function placeName(what: string, i: number, count: number, places: Predictable['inputPlaces']): string {
  return count === 1 ? what : (places?.names[i] ?? `${what}_${i}`);
}
