// ONNX Runtime as the judge of what files mean.
import type { HostArray, Shape } from '@nablajs/tensor';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/** Values with their shape. */
export interface Values {
  readonly data: HostArray;
  readonly shape: Shape;
}

/** The outputs of a model file for its inputs, by name. */
export async function runOnnx(
  bytes: Uint8Array,
  inputs: Readonly<Record<string, Values>>,
): Promise<Readonly<Record<string, { readonly data: Float32Array; readonly shape: Shape }>>> {
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  const feeds = Object.fromEntries(
    Object.entries(inputs).map(([name, { data, shape }]) => [name, new Tensor(data as Float32Array, [...shape])]),
  );
  const results = await session.run(feeds);
  await session.release();
  return Object.fromEntries(
    Object.entries(results).map(([name, { data, dims }]) => [name, { data: data as Float32Array, shape: dims }]),
  );
}
