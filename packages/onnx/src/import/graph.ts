// A graph of a file, checked, in an order in which it can be computed.
import type { Message } from '@nablajs/onnx-graph';
import {
  FormatError,
  formatShape,
  inScope,
  NablaError,
  type Spec,
  sizeOf,
  type Tensor,
  UnsupportedOpError,
  type Variable,
} from '@nablajs/tensor';
import { Attributes, Call, type Operator, valuesOf } from './call.ts';
import { withConstantsStored } from './constants.ts';
import { storedType } from './element.ts';
import { ExternalData, type ExternalSource } from './external.ts';
import { operatorTable } from './operators/table.ts';
import { sortedNodes } from './order.ts';
import { StoredTensor } from './stored-tensor.ts';
import { Value } from './value.ts';

/** Opsets whose operators the table knows; up to 6, what broadcast differently is refused where it occurs. */
const OPSETS = { oldest: 1, newest: 26 } as const;

/** More elements than any value of ours can have. */
const TOO_MANY = 2 ** 31;

/** An input or output as the file declares it. */
export interface Declaration {
  readonly name: string;
  /** Sizes, `null` where the file leaves them open; `null` altogether when it says nothing. */
  readonly shape: readonly (number | null)[] | null;
  readonly dtype: Spec['dtype'];
}

/** A weight of a file. */
export interface StoredWeight {
  readonly name: string;
  readonly stored: StoredTensor;
  /** `false` for statistics of normalizations, which nothing trains. */
  readonly trainable: boolean;
}

interface Step {
  readonly name: string;
  readonly opType: string;
  readonly operator: Operator;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
  /** Whether its first operand depends on the input. */
  readonly fed: boolean;
}

/** Options of {@link OnnxGraph}. */
export interface OnnxGraphOptions extends ExternalSource {
  /** Values to compute instead of the file's outputs, any that the graph has: features for another model. Default: all outputs. */
  readonly outputs?: readonly string[];
}

/** How a graph is run. */
export interface RunOptions {
  /** Whether dropout drops. Default `false`. */
  readonly training?: boolean;
  /** What stands for each weight; without it the values of the file. */
  readonly weights?: ReadonlyMap<string, Variable>;
}

/** A graph of an ONNX file as a function of tensors. */
export class OnnxGraph {
  /** What the graph is fed with, weights left out. */
  readonly inputs: readonly Declaration[];
  readonly outputs: readonly string[];
  /** Floats of the file that are no mere numbers: what training changes, and statistics. */
  readonly weights: readonly StoredWeight[];
  readonly opset: number;
  readonly #steps: readonly Step[];
  readonly #constants: ReadonlyMap<string, StoredTensor>;

  /** @throws FormatError for what is no graph, UnsupportedOpError listing every operator that is not known */
  constructor(model: Message<'ModelProto'>, options: OnnxGraphOptions = {}) {
    if (!model.graph) throw new FormatError('the file has no graph.');
    const graph = withConstantsStored(model.graph);
    this.opset = opsetOf(model);
    if (graph.sparseInitializer.length > 0) throw new UnsupportedOpError('sparse initializers are not supported.');
    const external = new ExternalData(options);
    const stored = storedByName(graph.initializer, external);
    // Files up to version 3 list initializers among the inputs.
    const inputs = graph.input.filter(({ name }) => !stored.has(name ?? ''));
    this.outputs = options.outputs ?? graph.output.map(({ name }) => name ?? '');
    if (this.outputs.length === 0) throw new FormatError('the graph has no outputs.');
    const given = new Set([...inputs.map(({ name }) => name ?? ''), ...stored.keys()]);
    const nodes = sortedNodes(graph.node, given, this.outputs);
    refuseUnknown(nodes);
    this.#steps = stepsOf(nodes, new Set(inputs.map(({ name }) => name ?? '')), external);
    const used = new Set([...this.#steps.flatMap((step) => step.inputs), ...this.outputs]);
    this.inputs = inputs.map(declarationOf);
    const decided = decidedBefore(this.#steps);
    const statistics = statisticsOf(this.#steps);
    const frozen = frozenNames(model);
    this.weights = [...stored.values()]
      .filter(({ name, spec }) => used.has(name) && isWeight(spec) && !decided.has(name))
      .map((each) => ({
        name: each.name,
        stored: each,
        trainable: !statistics.has(each.name) && !frozen.has(each.name),
      }));
    const trained = new Set(this.weights.map(({ name }) => name));
    this.#constants = new Map([...stored].filter(([name]) => used.has(name) && !trained.has(name)));
  }

  /**
   * The outputs for inputs by name. Lazy, as all computations are.
   * @throws FormatError when an input is missing or the graph contradicts itself
   */
  run(feeds: Readonly<Record<string, Tensor>>, { training = false, weights }: RunOptions = {}): Tensor[] {
    const values = new Map<string, Value>();
    for (const { name } of this.inputs) {
      const tensor = Object.hasOwn(feeds, name) ? feeds[name] : undefined;
      if (tensor) values.set(name, Value.of(tensor));
    }
    for (const { name, stored } of this.weights) {
      const variable = weights?.get(name);
      values.set(name, Value.of(variable ? variable.value : stored.tensor));
    }
    for (const [name, stored] of this.#constants) values.set(name, Value.of(stored.tensor));
    const rebatch = this.#rebatch(feeds);
    for (const step of this.#steps) {
      const results = this.#compute(step, values, training, step.fed ? rebatch : null);
      step.outputs.forEach((name, i) => {
        if (name !== '' && results[i]) values.set(name, results[i]);
      });
    }
    return this.outputs.map((name) => wanted(values, name).tensor);
  }

  #compute(
    step: Step,
    values: ReadonlyMap<string, Value>,
    training: boolean,
    rebatch: Call['rebatch'],
  ): readonly Value[] {
    const { attributes, outputs, operator } = step;
    const place = `"${step.name}" (${step.opType})`;
    return inScope(place, () => {
      try {
        const operands = step.inputs.map((name) => (name === '' ? undefined : wanted(values, name)));
        const results = valuesOf(
          operator.run(new Call(operands, { attributes, outputs, training, rebatch, opset: this.opset })),
        );
        for (const { shape } of results) requirePossible(shape);
        const missing = outputs.findIndex((name, i) => name !== '' && !results[i]);
        if (missing >= 0) throw new UnsupportedOpError(`result ${missing} of ${step.opType} is not supported.`);
        return results;
      } catch (error) {
        throw placed(error, place);
      }
    });
  }

  /** Batches of another size than the one that the file was made for. */
  #rebatch(feeds: Readonly<Record<string, Tensor>>): Call['rebatch'] {
    const first = this.inputs[0];
    const from = first?.shape?.[0];
    const to = first && feeds[first.name]?.shape[0];
    return typeof from === 'number' && to !== undefined && from !== to ? { from, to } : null;
  }
}

function wanted(values: ReadonlyMap<string, Value>, name: string): Value {
  const value = values.get(name);
  if (value) return value;
  throw new FormatError(`the graph needs '${name}', which nobody gave. Feed it as an input.`);
}

function requirePossible(shape: readonly number[]): void {
  if (sizeOf(shape) < TOO_MANY) return;
  throw new FormatError(`the result would be ${formatShape(shape)}, larger than anything. Is the file damaged?`);
}

/** What the file itself gets wrong is an error of the file, whoever noticed. */
function placed(error: unknown, path: string): unknown {
  if (!(error instanceof NablaError)) {
    // Operands of the wrong kind, where an operator relies on what the standard says of them.
    return new FormatError(`the operands do not fit: ${(error as Error).message}.`, { path, cause: error });
  }
  if (error instanceof UnsupportedOpError || error instanceof FormatError) {
    const Kind = error.constructor as new (detail: string, place: object) => NablaError;
    return error.path === undefined ? new Kind(error.detail, { path, cause: error.cause }) : error;
  }
  return new FormatError(`the operands do not fit: ${error.detail}`, { path, cause: error });
}

function opsetOf({ opsetImport }: Message<'ModelProto'>): number {
  const version = Number(opsetImport.find(({ domain }) => isStandard(domain))?.version ?? 0n);
  if (version >= OPSETS.oldest && version <= OPSETS.newest) return version;
  if (version === 0) throw new FormatError('the file does not say which set of operators it uses. Is it complete?');
  throw new UnsupportedOpError(
    `the file uses opset ${version}; this release reads ${OPSETS.oldest} to ${OPSETS.newest}. ` +
      'Convert it with the version converter of ONNX, or export it anew.',
  );
}

function isStandard(domain: string | undefined): boolean {
  return domain === undefined || domain === '' || domain === 'ai.onnx';
}

function storedByName(
  list: readonly Message<'TensorProto'>[],
  external: ExternalData,
): ReadonlyMap<string, StoredTensor> {
  const stored = new Map<string, StoredTensor>();
  for (const proto of list) {
    const tensor = new StoredTensor(proto, external);
    if (stored.has(tensor.name)) throw new FormatError(`two initializers are named '${tensor.name}'.`);
    stored.set(tensor.name, tensor);
  }
  return stored;
}

function refuseUnknown(nodes: readonly Message<'NodeProto'>[]): void {
  const counts = new Map<string, number>();
  for (const { opType = '', domain } of nodes) {
    if (isStandard(domain) && Object.hasOwn(operatorTable, opType)) continue;
    const name = isStandard(domain) ? opType : `${domain}.${opType}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  if (counts.size === 0) return;
  const list = [...counts].sort(([a], [b]) => a.localeCompare(b)).map(([name, count]) => `${name} (${count})`);
  throw new UnsupportedOpError(
    `the graph has operators that Nabla does not read: ${list.join(', ')}. ` +
      'Simplify the model before exporting it, or cut it before them with the option outputs.',
  );
}

function stepsOf(
  nodes: readonly Message<'NodeProto'>[],
  inputs: ReadonlySet<string>,
  external: ExternalData,
): readonly Step[] {
  const fed = new Set(inputs);
  return nodes.map((node, i): Step => {
    const { opType = '', input, output, attribute, name } = node;
    if (input.some((each) => fed.has(each)) && opType !== 'Shape') for (const each of output) fed.add(each);
    return {
      name: name || `${opType}_${i}`,
      opType,
      operator: operatorTable[opType]!,
      inputs: input,
      outputs: output,
      attributes: new Attributes(attribute, external),
      fed: fed.has(input[0] ?? ''),
    };
  });
}

/** Values that must be known before the graph runs, and whatever they are computed from. */
function decidedBefore(steps: readonly Step[]): ReadonlySet<string> {
  const decided = new Set<string>();
  for (const step of [...steps].reverse()) {
    for (const position of step.operator.known) decided.add(step.inputs[position] ?? '');
    // A shape does not depend on the values it is asked of.
    if (step.opType !== 'Shape' && step.outputs.some((name) => decided.has(name))) {
      for (const name of step.inputs) decided.add(name);
    }
  }
  return decided;
}

function statisticsOf(steps: readonly Step[]): ReadonlySet<string> {
  return new Set(steps.flatMap(({ opType, inputs }) => (opType === 'BatchNormalization' ? inputs.slice(3, 5) : [])));
}

/** Weights that Nabla's exporter marked as not trained. */
function frozenNames({ metadataProps }: Message<'ModelProto'>): ReadonlySet<string> {
  const text = metadataProps.find(({ key }) => key === 'nabla.frozen')?.value;
  return new Set(text?.split('\n'));
}

/** A float that is not a mere number. */
function isWeight({ dtype, shape }: Spec): boolean {
  return dtype === 'float32' && shape.length > 0 && sizeOf(shape) > 0;
}

function declarationOf({ name = '', type }: Message<'ValueInfoProto'>): Declaration {
  if (!type?.tensorType) throw new UnsupportedOpError(`input '${name}' is not a tensor.`);
  const { elemType, shape } = type.tensorType;
  const sizes = shape?.dim.map(({ dimValue }) => {
    const size = dimValue === undefined ? null : Number(dimValue);
    if (size === null || (Number.isSafeInteger(size) && size >= 0 && size < TOO_MANY)) return size;
    throw new FormatError(`input '${name}' has an axis of ${dimValue}. Is the file damaged?`);
  });
  return { name, shape: sizes ?? null, dtype: storedType(elemType, `input '${name}'`).dtype };
}
