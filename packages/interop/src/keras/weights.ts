// Where Keras keeps weights: in groups named after layers (versions 1 and 2), or numbered in a tree of classes (version 3).
import type { AnyLayer } from '@nablajs/layers';
import type { AnyModel } from '@nablajs/model';
import { FormatError } from '@nablajs/tensor';
import type { Hdf5Group } from '../hdf5/file.ts';
import { assignWeights, type StoredArray } from '../weights/assign.ts';
import { TreeNames } from './names.ts';

/** Weights of the older format: one group per layer that lists its arrays, in `layer.weights` order. */
export function readGroupWeights(file: string, model: AnyModel, root: Hdf5Group): void {
  const names = listOf(root.attribute('layer_names'));
  const byName = new Map<string, AnyLayer>(model.layers.map((layer) => [layer.name, layer]));
  const withArrays = names.flatMap((name) => {
    const group = root.group(name);
    const arrays = group ? listOf(group.attribute('weight_names')).map((path) => group.array(path)) : [];
    return arrays.length > 0 ? [{ name, arrays }] : [];
  });
  for (const { name, arrays } of withArrays) {
    const layer = byName.get(name);
    if (!layer)
      throw new FormatError(`${file}: has weights of "${name}", a layer that model '${model.name}' does not have.`);
    assignWeights(file, layer, arrays);
    byName.delete(name);
  }
  const bare = [...byName.values()].find(({ weights }) => weights.length > 0);
  if (bare) throw new FormatError(`${file}: has no weights for layer "${bare.name}" (${bare.type}).`);
}

/** Weights of version 3: `layers/dense_1/vars/0`, where names count the layers of a class in order. */
export function readTreeWeights(file: string, model: AnyModel, root: Hdf5Group): void {
  const layers = root.group('layers') ?? root.group('_layer_checkpoint_dependencies');
  if (!layers) throw new FormatError(`${file}: holds no weights of layers: there is no group 'layers'.`);
  readLayers(file, model.layers, layers);
}

function readLayers(file: string, layers: readonly AnyLayer[], root: Hdf5Group): void {
  const names = new TreeNames();
  for (const layer of layers) {
    const numbered = names.next(layer.type);
    const group = root.group(numbered) ?? root.group(layer.name);
    if (layer.weights.length === 0) continue;
    if (!group)
      throw new FormatError(
        `${file}: has no weights for layer "${layer.name}" (${layer.type}), looked for as '${numbered}'.`,
      );
    const inner = group.group('layers');
    if (inner && 'layers' in layer) readLayers(file, (layer as unknown as AnyModel).layers, inner);
    else assignWeights(file, layer, arraysIn(group));
  }
}

/** The numbered arrays of a layer, then those of the layers inside, such as `forward_layer` before `backward_layer`. */
function arraysIn(group: Hdf5Group): StoredArray[] {
  const own = group.group('vars');
  const arrays = own ? [...own.names].sort((a, b) => Number(a) - Number(b)).map((name) => own.array(name)) : [];
  // The state of random generators, such as of dropout, is none of a layer here.
  const inner = group.names.filter((name) => name !== 'vars' && name !== 'seed_generator').sort(byPlace);
  return [...arrays, ...inner.flatMap((name) => arraysIn(group.group(name)!))];
}

/** Layers inside of others in the order of their weights. */
const PLACES = [
  ...['forward_layer', 'layer', 'cell', 'backward_layer'],
  ...['query_dense', 'key_dense', 'gate_dense', 'value_dense', 'output_dense'],
];
function byPlace(a: string, b: string): number {
  const place = (name: string): number =>
    (PLACES.indexOf(name.replace(/^_/, '')) + PLACES.length + 1) % (PLACES.length + 1);
  return place(a) - place(b) || (a < b ? -1 : 1);
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
