// A whole graph as one layer: it trains, saves and loads as every other.

import { Initializer, Layer, type LayerOptions, type Mode, type WeightMaker } from '@nablajs/layers';
import type { Plugin } from '@nablajs/model';
import { type Draft, encodeMessage, type Message, readModel } from '@nablajs/onnx-graph';
import { ConfigError, fromData, type Shape, type Tensor, type Variable } from '@nablajs/tensor';
import { fromBase64, toBase64 } from './base64.ts';
import { withConstantsStored } from './constants.ts';
import { OnnxGraph, type OnnxGraphOptions, type StoredWeight } from './graph.ts';
import type { StoredTensor } from './stored-tensor.ts';
import { toFirst, toLast } from './value.ts';

/** The configuration of an {@link OnnxLayer}. */
export interface OnnxLayerConfig {
  /** The graph as an ONNX file in base64, weights without their values. */
  readonly graph: string;
  /** Names of the values computed instead of the file's outputs; empty: those. */
  readonly outputs: readonly string[];
  /** Whether inputs and outputs with spatial axes have their channels last, unlike in the file. */
  readonly channelsLast: boolean;
}

type Proto = Message<'ModelProto'>;

/**
 * A graph of an ONNX file as a layer. Its weights are those of the file; `importOnnx` makes one.
 * Saved models hold the graph and the weights; read them with `loadModel(path, { plugins: [onnxPlugin] })`.
 */
export class OnnxLayer extends Layer<OnnxLayerConfig> {
  static override readonly type: string = 'onnx/Graph';
  readonly #graph: OnnxGraph;
  readonly #variables = new Map<string, Variable>();
  readonly #given: boolean;

  /** @throws FormatError or UnsupportedOpError for a graph that cannot be read */
  constructor(options: OnnxLayerConfig & LayerOptions, given: OnnxGraph | null = null) {
    super(options);
    this.#given = given !== null;
    this.#graph = given ?? readStripped(options);
    const { inputs, outputs } = this.#graph;
    if (inputs.length !== 1 || outputs.length !== 1) {
      throw new ConfigError(
        `the graph has ${inputs.length} inputs and ${outputs.length} outputs; a layer has one of each. ` +
          "Choose an output with importOnnx(bytes, { outputs: ['name'] }), or run it by hand: readOnnx(bytes).run({ ... }).",
      );
    }
  }

  /** A layer for a graph of a file. */
  static of(model: Proto, options: OnnxGraphOptions, channelsLast: boolean): OnnxLayer {
    const graph = new OnnxGraph(model, options);
    const text = toBase64(stripped(model, graph.weights));
    return new OnnxLayer({ graph: text, outputs: options.outputs ?? [], channelsLast }, graph);
  }

  /** The graph it computes. */
  get graph(): OnnxGraph {
    return this.#graph;
  }

  protected override build(make: WeightMaker): void {
    const names = new Set<string>();
    for (const { name, stored, trainable } of this.#graph.weights) {
      const initializer = this.#given ? new FromFile(stored) : 'zeros';
      const plain = uniqueName(name, names);
      this.#variables.set(name, make.weight(plain, stored.spec.shape, { initializer, trainable }));
    }
  }

  protected override call(x: Tensor, { training }: Mode): Tensor {
    const { name, dtype } = this.#graph.inputs[0]!;
    const turned = this.config.channelsLast;
    const given = turned && x.rank >= 3 ? x.transpose(toFirst(x.rank)) : x;
    const y = this.#graph.run({ [name]: given.cast(dtype) }, { training, weights: this.#variables })[0]!;
    return turned && y.rank >= 3 ? y.transpose(toLast(y.rank)) : y;
  }
}

/** What `loadModel` needs for models with imported graphs: `loadModel(path, { plugins: [onnxPlugin] })`. */
export const onnxPlugin: Plugin = { name: 'onnx', layers: [OnnxLayer] };

class FromFile extends Initializer {
  static override readonly type: string = 'onnx/FromFile';
  readonly #stored: StoredTensor;

  constructor(stored: StoredTensor) {
    super({});
    this.#stored = stored;
  }

  override apply(shape: Shape): Tensor {
    return fromData(this.#stored.values, shape);
  }
}

/** Slashes separate layer and weight in files. */
function uniqueName(name: string, taken: Set<string>): string {
  const plain = name.replaceAll('/', '.').replace(/^\.+/, '') || 'weight';
  let unique = plain;
  for (let i = 1; taken.has(unique); i++) unique = `${plain}_${i}`;
  taken.add(unique);
  return unique;
}

/** The model with weights that have shapes but no values: they say that these lie elsewhere, and not where. */
function stripped(model: Proto, weights: readonly StoredWeight[]): Uint8Array {
  const names = new Map(weights.map((weight) => [weight.name, weight]));
  const graph = withConstantsStored(model.graph!);
  const used = new Set(graph.node.flatMap(({ input }) => input));
  const draft: Draft<'ModelProto'> = {
    irVersion: model.irVersion ?? 0n,
    opsetImport: model.opsetImport,
    metadataProps: model.metadataProps.filter(({ key }) => key?.startsWith('nabla.')),
    graph: {
      name: graph.name ?? '',
      node: graph.node,
      input: graph.input,
      output: graph.output,
      initializer: graph.initializer
        .filter(({ name = '' }) => names.has(name) || used.has(name))
        .map((proto) => without(proto, names)),
    },
  };
  return encodeMessage('ModelProto', draft);
}

function without(proto: Message<'TensorProto'>, names: ReadonlyMap<string, StoredWeight>): Draft<'TensorProto'> {
  if (!names.has(proto.name ?? '')) return proto;
  return { name: proto.name ?? '', dims: proto.dims, dataType: 1, dataLocation: 1, externalData: [] };
}
function readStripped({ graph, outputs }: OnnxLayerConfig): OnnxGraph {
  const model = readModel(fromBase64(graph));
  return new OnnxGraph(model, { hollow: true, ...(outputs.length > 0 ? { outputs } : {}) });
}
