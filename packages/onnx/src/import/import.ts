// ONNX files as models that train.

import { Input } from '@nablajs/layers';
import { Sequential } from '@nablajs/model';
import { decodeMessage, readModel } from '@nablajs/onnx-graph';
import { ExternalData } from './external.ts';
import { OnnxGraph, type OnnxGraphOptions } from './graph.ts';
import { OnnxLayer } from './layer.ts';
import { StoredTensor } from './stored-tensor.ts';

/** Options of {@link importOnnx}. */
export interface ImportOptions extends Omit<OnnxGraphOptions, 'hollow'> {
  /** Name of the model. Default `onnx`. */
  readonly name?: string;
  /**
   * `'channelsLast'`: the model takes (and gives) `[batch, ...spatial, channels]`, as Nabla's own, where the file has the
   * channels on the second axis. Default: as the file has them.
   */
  readonly layout?: 'file' | 'channelsLast';
}

/**
 * The model in an ONNX file, opset 7 to 26 (older ones where operators meant the same): predicts, trains and saves like every
 * other. Weights of the file become variables; statistics of normalizations stay as they are, dropout drops while training.
 * Batches may be of any size. Floats of every width, float16 too, become float32, and whole numbers int32.
 * @param bytes the file
 * @throws FormatError for a damaged or hostile file; UnsupportedOpError listing all operators that are not known, with
 * counts; ConfigError for several inputs or outputs (see {@link readOnnx}), or external data that are not at hand
 * @example
 * const model = importOnnx(await readFile('mnist.onnx'));
 * model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
 */
export function importOnnx(
  bytes: Uint8Array,
  { name = 'onnx', layout = 'file', ...options }: ImportOptions = {},
): Sequential {
  const layer = OnnxLayer.of(readModel(bytes), options, layout === 'channelsLast');
  const { shape, dtype } = layer.graph.inputs[0]!;
  const sizes = shape?.slice(1) ?? [null];
  // Left open, they become known with the first data.
  if (shape?.length === 0 || !sizes.every((size) => size !== null)) return new Sequential([layer], { name });
  const moved = layout === 'channelsLast' && sizes.length >= 2 ? [...sizes.slice(1), sizes[0]!] : sizes;
  return new Sequential([Input({ shape: moved, dtype }), layer], { name });
}

/**
 * The graph in an ONNX file as a function of named tensors: for several inputs or outputs, or to look inside.
 * @throws as {@link importOnnx}
 * @example const [scores] = readOnnx(bytes).run({ image, mask });
 */
export function readOnnx(bytes: Uint8Array, options: Omit<OnnxGraphOptions, 'hollow'> = {}): OnnxGraph {
  return new OnnxGraph(readModel(bytes), options);
}

/**
 * The tensor in a file of a single one, as ONNX test data are kept: floats as float32, whole numbers as int32.
 * @throws FormatError when it is none
 */
export function readTensor(bytes: Uint8Array): StoredTensor {
  return new StoredTensor(decodeMessage('TensorProto', bytes), new ExternalData({}));
}
