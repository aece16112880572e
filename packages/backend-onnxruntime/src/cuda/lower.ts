// Models for the GPU, refused with names where ONNX Runtime would only say that something does not run there.
import { type Draft, lowerToProto, writeModel } from '@nablajs/onnx-graph';
import { type Graph, UnsupportedOpError } from '@nablajs/tensor';
import { offDevice } from './kernels.ts';

/**
 * The model of a graph for the CUDA provider.
 * @throws UnsupportedOpError listing nodes without a CUDA kernel, which would move values to the CPU and back in every run
 */
export function lowerForCuda(graph: Graph): Uint8Array {
  const written = lowerToProto(graph, { device: 'cuda', annotate: true });
  requireOnDevice(written);
  return writeModel({ ...written, valueInfo: [] });
}

const SHOWN = 8;

/** Throws unless every node of a graph, written with types, has a CUDA kernel. */
export function requireOnDevice(written: Draft<'GraphProto'>): void {
  const strayed = offDevice(written);
  if (strayed.length === 0) return;
  const list = strayed.slice(0, SHOWN).map(({ node, op }) => `  - ${op}, ${node}\n`);
  const more = strayed.length > SHOWN ? `  - and ${strayed.length - SHOWN} more\n` : '';
  throw new UnsupportedOpError(
    `onnxruntime-cuda: these operators have no CUDA kernel for their element types:\n${list.join('')}${more}` +
      "Use device: 'cpu', or give the op a decomposition into others.",
  );
}
