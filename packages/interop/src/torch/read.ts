import type { AnyLayer } from '@nablajs/layers';
import { type AnyModel, type Model, readSafetensors, Sequential } from '@nablajs/model';
import { FormatError, fromHalfBits, type Shape, type Spec } from '@nablajs/tensor';
import { assignWeights, type StoredArray } from '../weights/assign.ts';
import { layerArrays } from './convert.ts';

/** Options of {@link readTorchWeights}. */
export interface TorchOptions {
  /** Which module of PyTorch each layer stands for: `{ 'features.0': 'conv2d', classifier: 'dense' }`. Default: equal names. */
  readonly layers?: Readonly<Record<string, string>>;
  /**
   * Shapes `[...spatial, channels]` that are flattened before a Dense layer, by its name: PyTorch flattens channels first.
   * Default: found out in a Sequential.
   */
  readonly flattened?: Readonly<Record<string, Shape>>;
}

/**
 * Reads weights that PyTorch saved as safetensors into a model of the same layers. Kernels are turned from PyTorch's order of
 * axes into Nabla's; running statistics come along, counters (`num_batches_tracked`) do not matter.
 * @throws FormatError naming the layer or module without a counterpart, and shapes that differ
 * @example await readTorchWeights(model, bytes, { layers: { 'net.0': 'dense', 'net.2': 'dense_1' } });
 */
export function readTorchWeights(
  model: Model,
  bytes: Uint8Array,
  { layers, flattened = {} }: TorchOptions = {},
  name: string = 'the file',
): void {
  const target = model as unknown as AnyModel;
  const modules = modulesOf(name, bytes);
  const shapes = { ...flattenedIn(target), ...flattened };
  const modulesByLayer = new Map(
    layers
      ? Object.entries(layers).map(([module, layer]) => [layer, module])
      : [...modules.keys()].map((module) => [module, module]),
  );
  for (const layer of modulesByLayer.keys()) if (layers) target.getLayer(layer);

  const ready = target.layers.flatMap((layer): [AnyLayer, StoredArray[]][] => {
    if (layer.weights.length === 0) return [];
    const module = modulesByLayer.get(layer.name);
    const tensors = module === undefined ? undefined : modules.get(module);
    if (!tensors) {
      throw new FormatError(
        `${name}: layer "${layer.name}" (${layer.type}) has no module. Name it: { layers: { '${module ?? [...modules.keys()][0]}': '${layer.name}' } }. ` +
          `The file has ${[...modules.keys()].join(', ')}.`,
      );
    }
    modules.delete(module!);
    return [[layer, layerArrays(name, layer, tensors, shapes[layer.name])]];
  });
  const [spare] = modules.keys();
  if (spare !== undefined) {
    throw new FormatError(`${name}: module '${spare}' has no layer. Name it: { layers: { '${spare}': '...' } }.`);
  }
  for (const [layer, arrays] of ready) assignWeights(name, layer, arrays);
}

function modulesOf(file: string, bytes: Uint8Array): Map<string, Map<string, StoredArray>> {
  const modules = new Map<string, Map<string, StoredArray>>();
  for (const [name, { shape, dtype, data }] of readSafetensors(bytes, file).tensors) {
    const dot = name.lastIndexOf('.');
    const [module, weight] = [name.slice(0, Math.max(0, dot)), name.slice(dot + 1)];
    if (weight === 'num_batches_tracked') continue;
    const values = dtype === 'float16' ? fromHalfBits(data) : data;
    const tensors = modules.get(module) ?? new Map<string, StoredArray>();
    modules.set(module, tensors.set(weight, { name, shape, data: values }));
  }
  return modules;
}

/** The shapes that Flatten layers of a Sequential take, by the name of the layer with weights that follows. */
function flattenedIn(model: AnyModel): Record<string, Shape> {
  const found: Record<string, Shape> = {};
  if (!((model as unknown) instanceof Sequential) || !model.inputSpec) return found;
  let spec = model.inputSpec as Spec;
  let waiting: Shape | null = null;
  for (const layer of model.layers) {
    if (layer.type === 'Flatten' && spec.shape.length > 2) waiting = spec.shape.slice(1);
    if (waiting && layer.weights.length > 0) {
      found[layer.name] = waiting;
      waiting = null;
    }
    spec = (layer as unknown as { outputSpec(input: Spec): Spec }).outputSpec(spec);
  }
  return found;
}
