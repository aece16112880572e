// ONNX files: a graph with its version, and back.
import { FormatError } from '@nablajs/tensor';
import type { Draft, Message } from './schema.ts';
import { decodeMessage, encodeMessage } from './wire.ts';

/** The operator set that Nabla writes. */
export const OPSET = 21;
/** The version of the file format that came with it. */
const IR_VERSION = 10;

/** The bytes of a model file with this graph. */
export function writeModel(graph: Draft<'GraphProto'>): Uint8Array {
  const domains = new Set(graph.node?.flatMap(({ domain }) => domain || []));
  return encodeMessage('ModelProto', {
    irVersion: BigInt(IR_VERSION),
    producerName: 'nabla',
    opsetImport: [
      { domain: '', version: BigInt(OPSET) },
      // Operators outside of the standard have one version.
      ...[...domains].map((domain) => ({ domain, version: 1n })),
    ],
    graph,
  });
}

/**
 * The model in the bytes of an ONNX file. Tensor data are views of the bytes.
 * @throws FormatError when it is not one
 */
export function readModel(bytes: Uint8Array): Message<'ModelProto'> & { readonly graph: Message<'GraphProto'> } {
  const model = decodeMessage('ModelProto', bytes);
  const { graph, irVersion } = model;
  if (graph === undefined || irVersion === undefined) {
    throw new FormatError(
      `not an ONNX model: ${bytes.length} bytes without ${graph === undefined ? 'a graph' : 'a version'}. Is this the whole file?`,
    );
  }
  return { ...model, graph };
}
