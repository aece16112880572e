// A model as tfjs-layers saves it: model.json with the architecture, and files of weights beside it.
import type { AnyLayer } from '@nablajs/layers';
import type { AnyModel, Model } from '@nablajs/model';
import { FormatError, isRecord, type Shape, sizeOf } from '@nablajs/tensor';
import { isKerasObject, type KerasLayer } from '../keras/config.ts';
import { blankModel, type ReadOptions } from '../keras/topology.ts';
import { assignWeights, type StoredArray } from '../weights/assign.ts';
import { valuesFrom, type WeightEntry, widthOf } from './values.ts';

interface WeightGroup {
  readonly paths: readonly string[];
  readonly weights: readonly WeightEntry[];
}

/**
 * Reads a layers model of TensorFlow.js.
 * @param json the contents of `model.json`
 * @param fetchWeights gives the bytes of a file that `model.json` names
 * @throws FormatError for graph models, which have no layers, and naming the first thing that Nabla does not have
 * @example const model = await readTfjs(await (await fetch('model.json')).json(), (path) => fetchBytes(path));
 */
export async function readTfjs(
  json: unknown,
  fetchWeights: (path: string) => Promise<Uint8Array>,
  options: ReadOptions = {},
  name: string = 'model.json',
): Promise<Model> {
  const { described, groups } = checked(name, json);
  const arrays = (await Promise.all(groups.map((group) => arraysOf(name, group, fetchWeights)))).flat();
  const model = blankModel(name, described, options);
  assignByName(name, model, arrays);
  return model as unknown as Model;
}

function checked(name: string, json: unknown): { described: KerasLayer; groups: readonly WeightGroup[] } {
  if (!isRecord(json)) throw new FormatError(`${name}: is no model of TensorFlow.js.`);
  const { format, modelTopology, weightsManifest } = json;
  if (format === 'graph-model') {
    throw new FormatError(
      `${name}: is a graph model, which only runs. Convert the original to a layers model, or to ONNX and import that.`,
    );
  }
  const described = isRecord(modelTopology) ? (modelTopology['model_config'] ?? modelTopology) : undefined;
  if (!isKerasObject(described) || !Array.isArray(weightsManifest)) {
    throw new FormatError(`${name}: has no modelTopology and weightsManifest, as tfjs-layers writes them.`);
  }
  return { described, groups: weightsManifest as WeightGroup[] };
}

async function arraysOf(
  name: string,
  { paths, weights }: WeightGroup,
  fetchWeights: (path: string) => Promise<Uint8Array>,
): Promise<StoredArray[]> {
  const parts = await Promise.all(paths.map(fetchWeights));
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    bytes.set(part, end);
    end += part.length;
  }
  let at = 0;
  const arrays = weights.map((entry): StoredArray => {
    const length = sizeOf(entry.shape) * widthOf(name, entry);
    if (at + length > bytes.length) {
      throw new FormatError(
        `${name}: '${entry.name}' ends beyond its files (${paths.join(', ')}), which may be cut off.`,
      );
    }
    const data = valuesFrom(entry, bytes.slice(at, at + length));
    at += length;
    return { name: entry.name, shape: entry.shape as Shape, data };
  });
  if (at !== bytes.length) throw new FormatError(`${name}: its files hold ${bytes.length - at} bytes too many.`);
  return arrays;
}

/** Arrays are called `layer/weight`, and stand in the order of each layer's weights. */
function assignByName(name: string, model: AnyModel, arrays: readonly StoredArray[]): void {
  const groups = new Map<string, StoredArray[]>();
  for (const array of arrays) {
    const layer = array.name.split('/')[0]!;
    groups.set(layer, [...(groups.get(layer) ?? []), array]);
  }
  for (const layer of model.layers as readonly AnyLayer[]) {
    if (layer.weights.length === 0) continue;
    const found = groups.get(layer.name);
    if (!found) throw new FormatError(`${name}: has no weights for layer "${layer.name}" (${layer.type}).`);
    assignWeights(name, layer, found);
  }
}
