// A layer's configuration, from Keras' words to Nabla's.
import type { LayerJSON } from '@nablajs/layers';
import { isRecord } from '@nablajs/tensor';
import { camelCase } from './names.ts';

/** One layer of a Keras file, version 2 or 3. */
export interface KerasLayer {
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly name?: string;
  readonly inbound_nodes?: readonly unknown[];
  readonly build_config?: unknown;
}

/** True for `{ class_name, config }`. */
export function isKerasObject(value: unknown): value is KerasLayer {
  return isRecord(value) && typeof value['class_name'] === 'string';
}

/** What says nothing about what a layer computes here. */
const SILENT = new Set([
  'name',
  'trainable',
  'dtype',
  'batch_input_shape',
  'batch_shape',
  'input_shape',
  'input_dtype',
  'input_length',
  'sparse',
  'ragged',
  'seed',
  'implementation',
  'unroll',
  'fused',
  'autocast',
  'build_config',
  'vocabulary_size',
  'encoding',
  'vocabulary_dtype',
]);

/** Options that Nabla has no word for, with the value that means "as usual". */
const USUAL: Readonly<Record<string, unknown>> = {
  renorm: false,
  stateful: false,
  synchronized: false,
  keepdims: false,
  time_major: false,
  zero_output_for_mask: false,
  oov_method: 'floormod',
  invert: false,
};

/** Options of lookups that are no names: they stay as they are written. */
const VERBATIM = new Set(['vocabulary', 'oov_token', 'mask_token', 'mask_value', 'idf_weights']);

/** Options that hold layers. */
const LAYER_OPTIONS = new Set(['layer', 'forward_layer', 'backward_layer', 'cell', 'cells']);

/** The layer as Nabla's `layerFromJSON` reads it. */
export function layerJSON({ class_name: type, config, name }: KerasLayer): LayerJSON {
  return {
    type,
    name: String(config['name'] ?? name ?? ''),
    trainable: config['trainable'] !== false,
    config: optionsOf(type, config),
  };
}

function optionsOf(type: string, config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(config)
    .filter(([key, value]) => value !== null && !SILENT.has(key) && !(key in USUAL && USUAL[key] === value))
    .map(([key, value]): [string, unknown] => [
      camelCase(key),
      LAYER_OPTIONS.has(key) ? layersIn(value) : VERBATIM.has(key) ? value : translate(value),
    ]);
  const options = Object.fromEntries(entries);
  // Bins are found exactly here, not within a tolerance.
  if (type === 'Discretization') delete options['epsilon'];
  // Statistics of one axis came as a list once.
  const { axis } = options;
  if (type === 'BatchNormalization' && Array.isArray(axis) && axis.length === 1) options['axis'] = axis[0];
  return options;
}

function layersIn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(layersIn);
  return isKerasObject(value) ? layerJSON(value) : value;
}

function translate(value: unknown): unknown {
  if (typeof value === 'string') return camelCase(value);
  if (Array.isArray(value)) return value.map(translate);
  if (!isRecord(value)) return value;
  if (!isKerasObject(value)) return mapped(value);
  // A function is written as one of this class, its name as the configuration.
  if (value.class_name === 'function') return camelCase(String(value.config));
  if (value.class_name === '__tuple__') return translate((value as { items?: unknown }).items ?? value.config);
  const pieces = mapped(isRecord(value.config) ? value.config : {});
  delete pieces['seed'];
  return { type: value.class_name, config: pieces };
}

function mapped(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [camelCase(key), translate(value)]));
}
