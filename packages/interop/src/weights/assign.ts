// Arrays from a file into the weights of layers.
import type { AnyLayer } from '@nablajs/layers';
import { FormatError, formatShape, fromData, type HostArray, hostArray, type Shape, sameShape } from '@nablajs/tensor';

/** One array of a file. */
export interface StoredArray {
  readonly name: string;
  readonly shape: Shape;
  readonly data: ArrayLike<number>;
}

/** Gives a layer its weights, in the order both libraries keep. Throws FormatError naming layer and shapes. */
export function assignWeights(file: string, layer: AnyLayer, arrays: readonly StoredArray[]): void {
  const { weights } = layer;
  if (weights.length !== arrays.length) {
    throw new FormatError(
      `${file}: layer "${layer.name}" (${layer.type}) has ${weights.length} weights, the file ${arrays.length}` +
        `${arrays.length > 0 ? `: ${arrays.map(({ name, shape }) => `${name} ${formatShape(shape)}`).join(', ')}` : ''}.`,
    );
  }
  for (const [i, variable] of weights.entries()) {
    const { name, shape, data } = arrays[i]!;
    if (!sameShape(shape, variable.shape)) {
      throw new FormatError(
        `${file}: '${name}' is ${formatShape(shape)}, but ${variable.name} of layer "${layer.name}" (${layer.type}) is ${formatShape(variable.shape)}.`,
      );
    }
    variable.assign(fromData(valuesOf(data, variable.spec.dtype), shape, variable.spec.dtype));
  }
}

function valuesOf(data: ArrayLike<number>, dtype: Parameters<typeof hostArray>[0]): HostArray {
  const out = hostArray(dtype, data.length);
  for (let i = 0; i < data.length; i++) out[i] = Number(data[i]);
  return out;
}
