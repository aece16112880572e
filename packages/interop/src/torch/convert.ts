// How PyTorch lays out the weights of a module, and how the layer of the same meaning does.
import type { AnyLayer } from '@nablajs/layers';
import { FormatError, formatShape, type Shape, sizeOf } from '@nablajs/tensor';
import type { StoredArray } from '../weights/assign.ts';

/** The tensors of one module by their names in it: `weight`, `bias`, `running_mean`. */
export type ModuleTensors = ReadonlyMap<string, StoredArray>;

/** The arrays of a layer, in the order of its weights. Throws FormatError for layers that are not covered. */
export function layerArrays(
  file: string,
  layer: AnyLayer,
  tensors: ModuleTensors,
  flattened: Shape | undefined,
): StoredArray[] {
  const take = (name: string): StoredArray => {
    const found = tensors.get(name);
    if (found) return found;
    throw new FormatError(
      `${file}: has no '${name}' for layer "${layer.name}" (${layer.type}), only ${[...tensors.keys()].join(', ')}.`,
    );
  };
  const bias = layer.weights.some(({ name }) => name.endsWith('/bias')) ? [take('bias')] : [];
  const { type } = layer;
  if (type === 'Dense') return [dense(take('weight'), flattened), ...bias];
  if (/^Conv\dDTranspose$/.test(type)) return [transposed(take('weight')), ...bias];
  if (/^Conv\dD$/.test(type)) return [transposed(take('weight')), ...bias];
  if (/^DepthwiseConv\dD$/.test(type)) return [depthwise(take('weight'), layer), ...bias];
  if (type === 'Embedding' || type === 'PReLU') return [take('weight')];
  if (type === 'BatchNormalization' || /^(Layer|Group|Instance|RMS)Normalization$/.test(type)) {
    return layer.weights.map(({ name }) => take(NORMALIZATION[name.slice(name.lastIndexOf('/') + 1)] ?? name));
  }
  throw new FormatError(
    `${file}: layer "${layer.name}" is a ${type}, whose weights PyTorch lays out in a way that is not known here. ` +
      'Read the file with readSafetensors, and assign its weights by hand.',
  );
}

const NORMALIZATION: Readonly<Record<string, string>> = {
  gamma: 'weight',
  scale: 'weight',
  beta: 'bias',
  moving_mean: 'running_mean',
  moving_variance: 'running_var',
};

/** `[out, in]` as `[in, out]`; behind a Flatten of images, PyTorch counts channels first. */
function dense(weight: StoredArray, flattened: Shape | undefined): StoredArray {
  const [units, inputs] = weight.shape as [number, number];
  const data = new Float32Array(units * inputs);
  const rows = flattened ? channelsFirst(flattened) : null;
  if (rows && rows.length !== inputs) {
    throw new FormatError(
      `'${weight.name}' takes ${inputs} values, but ${formatShape(flattened!)} was flattened before it.`,
    );
  }
  for (let i = 0; i < inputs; i++) {
    const from = rows ? rows[i]! : i;
    for (let unit = 0; unit < units; unit++) data[i * units + unit] = weight.data[unit * inputs + from]!;
  }
  return { name: weight.name, shape: [inputs, units], data };
}

/** For each value of a flattened `[...spatial, channels]`: its place when channels come first. */
function channelsFirst(shape: Shape): number[] {
  const channels = shape.at(-1)!;
  const places = sizeOf(shape.slice(0, -1));
  return Array.from({ length: places * channels }, (_, i) => (i % channels) * places + Math.floor(i / channels));
}

/** `[out, in, ...sizes]` as `[...sizes, in, out]`, or, for transposed convolutions, `[in, out, ...sizes]` as `[...sizes, out, in]`. */
function transposed(weight: StoredArray): StoredArray {
  const [a, b, ...sizes] = weight.shape as [number, number, ...number[]];
  const places = sizeOf(sizes);
  const data = new Float32Array(a * b * places);
  for (let i = 0; i < a; i++) {
    for (let j = 0; j < b; j++) {
      for (let k = 0; k < places; k++) data[(k * b + j) * a + i] = weight.data[(i * b + j) * places + k]!;
    }
  }
  return { name: weight.name, shape: [...sizes, b, a], data };
}

/** `[channels * multiplier, 1, ...sizes]` as `[...sizes, channels, multiplier]`. */
function depthwise(weight: StoredArray, layer: AnyLayer): StoredArray {
  const flat = transposed(weight);
  const kernel = layer.weights[0]!.shape;
  return { ...flat, shape: kernel };
}
