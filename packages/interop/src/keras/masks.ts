// Masks that Keras 3 writes into calls: those that follow from Embedding and Masking layers, as they do here by themselves.
import { isRecord } from '@nablajs/tensor';
import { isKerasObject, type KerasLayer } from './config.ts';
import { tensorsIn, type ValueName } from './nodes.ts';

type Config = KerasLayer['config'];

/** Operations that Keras makes masks from others with. */
const COMBINING = new Set([
  'Any',
  'LogicalAnd',
  'LogicalOr',
  'ExpandDims',
  'Cast',
  'Squeeze',
  'Reshape',
  'BroadcastTo',
]);

/**
 * A graph without the masks that its layers give anyway: neither as arguments of calls, nor as operations that compute them.
 * Masks that say something else stay, and are refused where they are used.
 */
export function withoutUsualMasks(config: Config): Config {
  const { layers } = config;
  if (!Array.isArray(layers) || !layers.every(isKerasObject)) return config;
  const byName = new Map(layers.map((layer) => [nameOf(layer), layer]));
  const isUsual = ({ layer, call }: ValueName, above: readonly string[] = []): boolean => {
    const found = byName.get(layer);
    const node = found?.inbound_nodes?.[call];
    if (!found || !isRecord(node) || above.includes(layer)) return false;
    const given = Array.isArray(node['args']) ? node['args'] : [];
    const inputs = valuesIn(given);
    if (found.class_name === 'NotEqual') return layers.some((each) => isMaskOf(each, inputs, given[1]));
    return (
      COMBINING.has(found.class_name) && inputs.length > 0 && inputs.every((input) => isUsual(input, [...above, layer]))
    );
  };
  const cleaned = layers.map((layer) => {
    const nodes = (layer.inbound_nodes ?? []).map((node) => withoutMask(node, isUsual));
    return layer.inbound_nodes ? { ...layer, inbound_nodes: nodes } : layer;
  });
  return { ...config, layers: withoutUnused(cleaned, config['output_layers'], isUsual) };
}

/** Whether comparing a value with a number is the mask that a layer gives. */
function isMaskOf(layer: KerasLayer, [input]: readonly ValueName[], number: unknown): boolean {
  const { class_name: type, config } = layer;
  const isMasking = type === 'Masking' && config['mask_value'] === number;
  if (!isMasking && !(type === 'Embedding' && config['mask_zero'] === true && number === 0)) return false;
  return (layer.inbound_nodes ?? []).some((node) => {
    const [own] = isRecord(node) ? valuesIn(node['args']) : [];
    return own !== undefined && input !== undefined && isSame(own, input);
  });
}

function withoutMask(node: unknown, isUsual: (value: ValueName) => boolean): unknown {
  const kwargs = isRecord(node) ? node['kwargs'] : undefined;
  if (!isRecord(node) || !isRecord(kwargs)) return node;
  const masks = valuesIn(kwargs['mask']);
  if (masks.length === 0 || !masks.every((mask) => isUsual(mask))) return node;
  const { mask: _, ...rest } = kwargs;
  return { ...node, kwargs: rest };
}

/** Without the operations whose values nothing takes any more, one after the other. */
function withoutUnused(
  layers: readonly KerasLayer[],
  outputs: unknown,
  isUsual: (value: ValueName) => boolean,
): readonly KerasLayer[] {
  const kept = layers.filter((layer) => {
    const name = nameOf(layer);
    if (!isUsual({ layer: name, call: 0, output: 0 })) return true;
    const taken = layers.some(({ inbound_nodes: nodes }) => valuesIn(nodes).some((value) => value.layer === name));
    return taken || JSON.stringify(outputs ?? null).includes(JSON.stringify(name));
  });
  return kept.length === layers.length ? kept : withoutUnused(kept, outputs, isUsual);
}

/** All tensors in arguments, however deep. */
function valuesIn(value: unknown): readonly ValueName[] {
  if (Array.isArray(value)) return value.flatMap(valuesIn);
  if (!isRecord(value)) return [];
  const found = tensorsIn(value);
  if ('layer' in found) return [found];
  return Object.values(value).flatMap(valuesIn);
}

function isSame(a: ValueName, b: ValueName): boolean {
  return a.layer === b.layer && a.call === b.call && a.output === b.output;
}

function nameOf({ name, config }: KerasLayer): string {
  return String(name ?? config['name']);
}
