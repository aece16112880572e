// Models as ONNX files.
import { bytesOf, codeOf, type Draft, encodeMessage, loweredOps, lowerToProto, OPSET } from '@nablajs/onnx-graph';
import {
  type Capabilities,
  ConfigError,
  DTYPES,
  type Graph,
  type Spec,
  type Tensor,
  traceGraph,
  weightNames,
} from '@nablajs/tensor';
import { anyBatch } from './batch.ts';
import { type ExternalOptions, moveOutside } from './external.ts';
import { foldWeights } from './fold.ts';

/** What can be exported: every model of `@nablajs/model`, and whatever looks like one. */
export interface Exportable {
  readonly name?: string;
  /** Spec of a batch of inputs, whose first axis stands for the batch; a list for several inputs. */
  readonly inputSpec: Spec | readonly Spec[] | null;
  /** What several inputs and outputs are called. */
  readonly inputPlaces?: { readonly names: readonly string[] };
  readonly outputPlaces?: { readonly names: readonly string[] };
  apply(x: Tensor | readonly Tensor[], mode?: { readonly training?: boolean }): Tensor | readonly Tensor[];
}

/** Options of {@link exportOnnx}. */
export interface ExportOptions {
  /** Name of the graph. Default: the model's name. */
  readonly name?: string;
  /** Name of the input, or of each of several. Default `input`; for several, what the model calls them. */
  readonly input?: string | readonly string[];
  /** Name of the output, or of each of several. Default `output`; for several, what the model calls them. */
  readonly output?: string | readonly string[];
  /**
   * Samples per batch. Default `'any'`: the first axis is symbolic (`batch`). A model that computes with its batch size
   * needs a number here.
   */
  readonly batchSize?: number | 'any';
  /** `'channelsFirst'`: images come (and leave) as `[batch, channels, ...spatial]`. Default: as the model takes them. */
  readonly layout?: 'model' | 'channelsFirst';
}

/** An exported model whose larger weights lie in a file of their own. */
export interface OnnxFiles {
  readonly model: Uint8Array;
  /** Contents by file name; to be written beside the model. Empty when no weight is large enough. */
  readonly externalData: Readonly<Record<string, Uint8Array>>;
}

/** What has a row in the table of lowerings. */
const CAPABILITIES: Capabilities = { dtypes: new Set(DTYPES), ops: loweredOps, maxRank: 8 };

/** Version of the file format that came with the opset. */
const IR_VERSION = 10n;

/** Two sizes that no model has by itself: what they change is the batch. */
const PROBES = [1009, 2003] as const;

/** More bytes than a protobuf file may have. */
const LONGEST = 2 ** 31 - 1;

/**
 * The inference graph of a model as the bytes of an ONNX file (opset 21): weights are initializers under their names,
 * in the order of axes that ONNX wants, all values are typed. Dropout and the like are left out, as in `predict`.
 * @param model a built model (`predict` or `build` it once), or a `Graph`
 * @throws ConfigError for a model that is not built, larger than 2 GB, or that needs `batchSize`; UnsupportedOpError for ops
 * without a lowering
 * @example await writeFile('model.onnx', await exportOnnx(model));
 */
export async function exportOnnx(model: Exportable | Graph, options: ExportOptions = {}): Promise<Uint8Array> {
  return encoded(await draftOf(model, options));
}

/**
 * {@link exportOnnx} with the larger weights in a second file: smaller to load in part, and needed beyond 2 GB.
 * @example const { model, externalData } = await exportOnnxFiles(net, { file: 'net.onnx.data' });
 */
export async function exportOnnxFiles(
  model: Exportable | Graph,
  { file, threshold, ...options }: ExportOptions & ExternalOptions = {},
): Promise<OnnxFiles> {
  const draft = await draftOf(model, options);
  const external = { ...(file === undefined ? {} : { file }), ...(threshold === undefined ? {} : { threshold }) };
  const { graph, externalData } = moveOutside(draft.graph!, external);
  return { model: encoded({ ...draft, graph }), externalData };
}

function encoded(draft: Draft<'ModelProto'>): Uint8Array {
  const bytes = (draft.graph?.initializer ?? []).reduce((sum, { rawData }) => sum + (rawData?.length ?? 0), 0);
  if (bytes > LONGEST) {
    throw new ConfigError(
      `exportOnnx: the weights take ${bytes} bytes, more than one file may have. Use exportOnnxFiles, which writes two.`,
    );
  }
  return encodeMessage('ModelProto', draft);
}

async function draftOf(model: Exportable | Graph, options: ExportOptions): Promise<Draft<'ModelProto'>> {
  if (!isModel(model)) return modelDraft(lowerToProto(model, { annotate: true, name: options.name ?? 'nabla' }), []);
  const { batchSize = 'any' } = options;
  if (batchSize !== 'any') {
    const fixed = await lowered(model, batchSize, options);
    return modelDraft(fixed.graph, fixed.frozen);
  }
  const [a, b] = [await lowered(model, PROBES[0], options), await lowered(model, PROBES[1], options)];
  const general = anyBatch({ batch: PROBES[0], graph: a.graph }, { batch: PROBES[1], graph: b.graph });
  if (typeof general !== 'string') return modelDraft(general, a.frozen);
  throw new ConfigError(
    `exportOnnx: this model cannot be written for batches of any size, because it computes with the size itself (in ${general}). ` +
      'Say how many samples a batch will have: exportOnnx(model, { batchSize: 1 }), nabla export --batch-size 1.',
  );
}

interface Lowered {
  readonly graph: Draft<'GraphProto'>;
  /** Names of weights that nothing trains. */
  readonly frozen: readonly string[];
}

async function lowered(model: Exportable, batch: number, options: ExportOptions): Promise<Lowered> {
  const { name = model.name ?? 'model', layout = 'model' } = options;
  if (!Number.isInteger(batch) || batch < 1) {
    throw new ConfigError(`exportOnnx: batchSize must be a whole number of at least 1 or 'any', got ${batch}.`);
  }
  if (!model.inputSpec) {
    throw new ConfigError(
      `exportOnnx: model '${name}' does not know its input yet. Call model.build({ shape: [1, ...], dtype }) or predict once.`,
    );
  }
  const isList = Array.isArray(model.inputSpec);
  const specs = (isList ? model.inputSpec : [model.inputSpec]) as readonly Spec[];
  const turns = (spec: Spec): boolean => layout === 'channelsFirst' && spec.shape.length >= 3;
  const shapes = specs.map((spec) => ({
    shape: [batch, ...(turns(spec) ? [spec.shape.at(-1)!, ...spec.shape.slice(1, -1)] : spec.shape.slice(1))],
    dtype: spec.dtype,
  }));
  const forward = (given: readonly Tensor[]): readonly Tensor[] => {
    const xs = given.map((x, i) => (turns(specs[i]!) ? channelsLast(x) : x));
    const y = model.apply(isList ? xs : xs[0]!, { training: false });
    const ys = (Array.isArray(y) ? y : [y]) as readonly Tensor[];
    // What leaves as it came, image in and image out, keeps its channels where they were.
    return ys.map((each) => (turns(specs[0]!) && each.rank === specs[0]!.shape.length ? toChannelsFirst(each) : each));
  };
  const traced = await traceGraph(forward, shapes, { name: 'exportOnnx', capabilities: CAPABILITIES });
  const inputs = namesFor('input', options.input, specs.length, model.inputPlaces);
  const outputs = namesFor('output', options.output, traced.graph.outputs.length, model.outputPlaces);
  const names = weightNames(traced, [...inputs, ...outputs]);
  const draft = lowerToProto(traced.graph, { name, annotate: true, inputs: [...inputs, ...names], outputs });
  const weights = traced.weights.map(
    ({ value }, i): Draft<'TensorProto'> => ({
      name: names[i]!,
      dims: value.spec.shape.map(BigInt),
      dataType: codeOf(value.spec.dtype),
      rawData: bytesOf(value.spec.dtype, value.data),
    }),
  );
  return {
    graph: foldWeights({
      ...draft,
      input: (draft.input ?? []).slice(0, inputs.length),
      initializer: [...weights, ...(draft.initializer ?? [])],
    }),
    frozen: names.filter((_, i) => !traced.weights[i]!.trainable),
  };
}

/** Transposes around the model, which the lowering cancels against its own. */
function channelsLast(x: Tensor): Tensor {
  const inner = Array.from({ length: x.rank - 2 }, (_, axis) => axis + 2);
  return x.transpose([0, ...inner, 1]);
}

function toChannelsFirst(y: Tensor): Tensor {
  const inner = Array.from({ length: y.rank - 2 }, (_, axis) => axis + 1);
  return y.transpose([0, y.rank - 1, ...inner]);
}

function namesFor(
  what: 'input' | 'output',
  given: string | readonly string[] | undefined,
  count: number,
  places: { readonly names: readonly string[] } | undefined,
): readonly string[] {
  const own = count === 1 ? [what] : (places?.names ?? Array.from({ length: count }, (_, i) => `${what}_${i}`));
  const names = given === undefined ? own : typeof given === 'string' ? [given] : given;
  if (names.length === count) return names;
  throw new ConfigError(
    `exportOnnx: the model has ${count} ${what}s, got ${names.length} names for them. Give one for each.`,
  );
}

function modelDraft(graph: Draft<'GraphProto'>, frozen: readonly string[]): Draft<'ModelProto'> {
  const used = new Set((graph.initializer ?? []).map(({ name }) => name));
  const kept = frozen.filter((name) => used.has(name));
  return {
    irVersion: IR_VERSION,
    producerName: 'nabla',
    opsetImport: [{ domain: '', version: BigInt(OPSET) }],
    metadataProps: kept.length > 0 ? [{ key: 'nabla.frozen', value: kept.join('\n') }] : [],
    graph,
  };
}

function isModel(model: Exportable | Graph): model is Exportable {
  return typeof (model as Partial<Exportable>).apply === 'function';
}
