// The rules of the format that a reader relies on, as far as a file can be held to them without running it.
import { type Message, readModel } from '@nablajs/onnx-graph';
import { FormatError } from '@nablajs/tensor';
import { storedType } from '../import/element.ts';
import { ExternalData } from '../import/external.ts';
import { StoredTensor } from '../import/stored-tensor.ts';

type GraphProto = Message<'GraphProto'>;
type NodeProto = Message<'NodeProto'>;

/** The fields that hold an attribute's value, by `AttributeProto.AttributeType`. */
const FIELDS: Readonly<Record<number, keyof Message<'AttributeProto'>>> = {
  1: 'f',
  2: 'i',
  3: 's',
  4: 't',
  5: 'g',
  6: 'floats',
  7: 'ints',
  8: 'strings',
  9: 'tensors',
  10: 'graphs',
  11: 'sparseTensor',
};

/**
 * What a model file gets wrong, one sentence each; nothing when it keeps the rules: versions stated, inputs, outputs and
 * inner values typed, every name made once and before it is used, node names unique, attributes typed, and initializers
 * whose data fit their shape. External data are not read, but must lie beside the file.
 * @param model the bytes of a file, or what `readModel` made of them
 */
export function checkModel(model: Uint8Array | Message<'ModelProto'>): readonly string[] {
  if (model instanceof Uint8Array) {
    try {
      return checkModel(readModel(model));
    } catch (error) {
      if (error instanceof FormatError) return [error.detail];
      throw error;
    }
  }
  const { graph, irVersion, opsetImport } = model;
  if (!graph) return ['the model has no graph.'];
  return [
    ...(irVersion === undefined || irVersion < 1n ? ['the model states no version of the format.'] : []),
    ...opsetProblems(opsetImport, graph.node),
    ...(graph.name ? [] : ['the graph has no name.']),
    ...(graph.output.length > 0 ? [] : ['the graph has no outputs.']),
    ...nameProblems(graph),
    ...graph.node.flatMap(nodeProblems),
    ...graph.initializer.flatMap(tensorProblems),
    ...typeProblems(graph),
  ];
}

function opsetProblems(imports: readonly Message<'OperatorSetIdProto'>[], nodes: readonly NodeProto[]): string[] {
  const domains = imports.map(({ domain = '' }) => domain);
  const twice = domains.filter((domain, i) => domains.indexOf(domain) !== i);
  const missing = new Set(nodes.map(({ domain = '' }) => domain).filter((domain) => !domains.includes(domain)));
  return [
    ...twice.map((domain) => `two opsets are stated for domain '${domain}'.`),
    ...[...missing].map((domain) => `no opset is stated for domain '${domain}'.`),
    ...imports
      .filter(({ version = 0n }) => version < 1n)
      .map(({ domain = '', version = 0n }) => `domain '${domain}' has opset ${version}.`),
  ];
}

function nameProblems(graph: GraphProto): string[] {
  const problems: string[] = [];
  const made = new Set<string>();
  const make = (name: string | undefined, what: string): void => {
    if (!name) problems.push(`${what} has no name.`);
    else if (made.has(name)) problems.push(`the name '${name}' is made twice.`);
    else made.add(name);
  };
  for (const { name } of graph.input) make(name, 'an input');
  const inputs = new Set(made);
  for (const { name } of graph.initializer) if (!inputs.has(name ?? '')) make(name, 'an initializer');
  const nodeNames = new Set<string>();
  for (const { name, input, output, opType } of graph.node) {
    const node = `node '${name || opType}'`;
    if (name && nodeNames.has(name)) problems.push(`two nodes are named '${name}'.`);
    nodeNames.add(name ?? '');
    for (const each of input) {
      if (each !== '' && !made.has(each)) problems.push(`${node} uses '${each}' before it is made.`);
    }
    for (const each of output) if (each !== '') make(each, `a result of ${node}`);
  }
  for (const { name = '' } of graph.output) if (!made.has(name)) problems.push(`nothing makes the output '${name}'.`);
  return problems;
}

function nodeProblems({ name, opType, output, attribute }: NodeProto): string[] {
  const node = `node '${name || opType || ''}'`;
  const names = attribute.map((each) => each.name ?? '');
  return [
    ...(opType ? [] : [`${node} has no operator.`]),
    ...(output.length > 0 ? [] : [`${node} has no result.`]),
    ...names.filter((each, i) => names.indexOf(each) !== i).map((each) => `${node} has two attributes '${each}'.`),
    ...attribute.flatMap((each) => attributeProblems(each, node)),
  ];
}

function attributeProblems(attribute: Message<'AttributeProto'>, node: string): string[] {
  const { name, type = 0 } = attribute;
  if (!name) return [`${node} has an attribute without a name.`];
  const field = FIELDS[type];
  if (!field) return [`attribute '${name}' of ${node} has type ${type}, which is none.`];
  const value = attribute[field];
  // Numbers of 0 and empty lists may be left out.
  const mayMiss = type === 1 || type === 2 || type === 3 || Array.isArray(value);
  if (value === undefined && !mayMiss) return [`attribute '${name}' of ${node} has no ${field}.`];
  const others = Object.values(FIELDS).filter((each) => each !== field && isSet(attribute[each]));
  return others.map((other) => `attribute '${name}' of ${node} has type ${type} but also ${other}.`);
}

function isSet(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined;
}

/** Shape against data; what lies outside is checked for its place only. */
function tensorProblems(proto: Message<'TensorProto'>): string[] {
  const location = proto.externalData.find(({ key }) => key === 'location')?.value;
  const isExternal = proto.dataLocation === 1;
  if (isExternal && !location) return [`tensor '${proto.name ?? ''}' is external, but does not say where.`];
  try {
    new StoredTensor(proto, isExternal ? new BesideTheFile() : new ExternalData({}));
    return [];
  } catch (error) {
    return [(error as FormatError).detail];
  }
}

/** Gives as many bytes as are expected, for places inside of the folder. */
class BesideTheFile extends ExternalData {
  constructor() {
    super({});
  }

  override read(proto: Message<'TensorProto'>, expected: number): Uint8Array {
    this.requirePlace(proto);
    return new Uint8Array(expected);
  }
}

function typeProblems(graph: GraphProto): string[] {
  const known = new Set([
    ...graph.input.map(({ name }) => name),
    ...graph.initializer.map(({ name }) => name),
    ...graph.node.flatMap(({ output }) => output),
  ]);
  const ends = [...graph.input, ...graph.output].flatMap((info) => infoProblems(info, true));
  const inner = graph.valueInfo.flatMap((info) => [
    ...(known.has(info.name) ? [] : [`a type is stated for '${info.name}', which nothing makes.`]),
    ...infoProblems(info, false),
  ]);
  return [...ends, ...inner];
}

function infoProblems({ name = '', type }: Message<'ValueInfoProto'>, needsShape: boolean): string[] {
  const { elemType, shape } = type?.tensorType ?? {};
  if (elemType === undefined) return [`'${name}' has no element type.`];
  try {
    storedType(elemType, `'${name}'`);
  } catch (error) {
    return [(error as FormatError).detail];
  }
  if (needsShape && !shape) return [`'${name}' has no shape.`];
  return (shape?.dim ?? []).flatMap(({ dimValue = 0n }) =>
    dimValue < 0n ? [`'${name}' has an axis of ${dimValue}.`] : [],
  );
}
