// Which values a layer of a graph is called with: written one way by Keras 2 and tfjs, another way by Keras 3.
import { FormatError, isRecord } from '@nablajs/tensor';

/** A value in a graph: which output of which call of which layer. */
export interface ValueName {
  readonly layer: string;
  readonly call: number;
  readonly output: number;
}

/** The values of one call; a list for a layer of several inputs. */
export type CallInputs = ValueName | readonly ValueName[];

/** One call of a layer. */
export interface Call {
  readonly inputs: CallInputs;
  /** A mask of the first input that is said in so many words. */
  readonly mask: ValueName | null;
}

/** The calls of a layer. Throws FormatError for arguments that Nabla's layers do not take. */
export function callsOf(file: string, layer: string, nodes: readonly unknown[]): Call[] {
  return nodes.map((node) => (isRecord(node) ? callOfKeras3(file, layer, node) : callOfKeras2(file, layer, node)));
}

/** `["name", 0, 0]`, or a list or record of such, as inputs and outputs of models are written. */
export function valueNames(value: unknown): ValueName[] {
  if (isValueTriple(value)) return [{ layer: value[0], call: value[1], output: value[2] }];
  if (Array.isArray(value)) return value.flatMap(valueNames);
  return isRecord(value) ? Object.values(value).flatMap(valueNames) : [];
}

function callOfKeras2(file: string, layer: string, node: unknown): Call {
  const list = isValueTriple(node) ? [node] : Array.isArray(node) ? node : [];
  const names = list.map((item): ValueName => {
    if (!isValueTriple(item))
      throw new FormatError(`${file}: layer "${layer}" is called with ${JSON.stringify(item)}.`);
    checkArguments(file, layer, item[3]);
    return { layer: item[0], call: item[1], output: item[2] };
  });
  const mask = list.map((item) => maskIn((item as readonly unknown[])[3])).find((found) => found !== null) ?? null;
  return { inputs: names.length === 1 ? names[0]! : names, mask };
}

/** The one value that a call names as its mask. */
function maskIn(given: unknown): ValueName | null {
  const mask = isRecord(given) ? given['mask'] : undefined;
  if (isValueTriple(mask)) return { layer: mask[0], call: mask[1], output: mask[2] };
  const found = tensorsIn(mask);
  return 'layer' in found ? found : null;
}

function callOfKeras3(file: string, layer: string, node: Readonly<Record<string, unknown>>): Call {
  const { args, kwargs } = node;
  checkArguments(file, layer, kwargs);
  const named = isRecord(kwargs) ? INPUTS.map((name) => kwargs[name]).filter((value) => isRecord(value)) : [];
  const values = [...(Array.isArray(args) ? args : []), ...named].map(tensorsIn);
  const [first = []] = values;
  const mask = maskIn(kwargs);
  if (values.length <= 1) return { inputs: first, mask };
  return { inputs: values.flatMap((value) => (Array.isArray(value) ? value : [value as ValueName])), mask };
}

/** Inputs that calls may name, in the order of Nabla's lists. */
const INPUTS = ['query', 'value', 'key'];

/** Arguments of calls that are options of the layer here. */
const OPTIONS = ['use_causal_mask', 'return_attention_scores'];

/**
 * What calls say that is part of the layer's configuration here.
 * @throws FormatError when its calls do not agree
 */
export function callOptions(file: string, layer: string, nodes: readonly unknown[]): Readonly<Record<string, true>> {
  const calls = nodes.map((node) => {
    const given = isRecord(node) && isRecord(node['kwargs']) ? node['kwargs'] : {};
    return OPTIONS.filter((option) => given[option] === true);
  });
  const [first = []] = calls;
  if (calls.some((call) => String(call) !== String(first))) {
    throw new FormatError(
      `${file}: layer "${layer}" is called with ${OPTIONS.join(' or ')} at one place and without at another. Use two layers.`,
    );
  }
  return Object.fromEntries(first.map((option) => [option, true]));
}

/** A tensor, or a list of them. */
export function tensorsIn(value: unknown): CallInputs {
  if (Array.isArray(value)) return value.flatMap(tensorsIn) as ValueName[];
  const history = isRecord(value) && isRecord(value['config']) ? value['config']['keras_history'] : undefined;
  return isValueTriple(history) ? { layer: history[0], call: history[1], output: history[2] } : [];
}

/** Arguments of a call besides its inputs: those that only say what is usual are fine. */
function checkArguments(file: string, layer: string, given: unknown): void {
  if (!isRecord(given)) return;
  const odd = Object.entries(given).find(
    ([name, value]) =>
      value !== null &&
      value !== false &&
      !OPTIONS.includes(name) &&
      !(INPUTS.includes(name) && isRecord(value)) &&
      !(name === 'mask' && maskIn(given)),
  );
  if (!odd) return;
  throw new FormatError(
    `${file}: layer "${layer}" is called with ${odd[0]}: ${JSON.stringify(odd[1])}, which Nabla's layers take no such argument for. ` +
      'Save the model without it, or rebuild it in code and load the weights.',
  );
}

function isValueTriple(value: unknown): value is [string, number, number, unknown?] {
  return (
    Array.isArray(value) && typeof value[0] === 'string' && Number.isInteger(value[1]) && Number.isInteger(value[2])
  );
}
