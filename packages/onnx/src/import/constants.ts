import type { Message } from '@nablajs/onnx-graph';

// Some exporters write weights as nodes that make constants. They are initializers under another name.

type GraphProto = Message<'GraphProto'>;
type NodeProto = Message<'NodeProto'>;

/** `TensorProto.DataType` of floats: float, float16, double, bfloat16. */
const FLOATS: ReadonlySet<number> = new Set([1, 10, 11, 16]);

/** The graph with lists of floats in `Constant` nodes among its initializers. Mere numbers stay where they are. */
export function withConstantsStored(graph: GraphProto): GraphProto {
  const nodes: NodeProto[] = [];
  const stored: Message<'TensorProto'>[] = [];
  for (const node of graph.node) {
    const tensor = listIn(node);
    if (tensor) stored.push({ ...tensor, name: node.output[0]! });
    else nodes.push(node);
  }
  return stored.length === 0 ? graph : { ...graph, node: nodes, initializer: [...graph.initializer, ...stored] };
}

function listIn({ opType, domain = '', attribute, output }: NodeProto): Message<'TensorProto'> | undefined {
  if (opType !== 'Constant' || (domain !== '' && domain !== 'ai.onnx') || !output[0]) return undefined;
  const tensor = attribute.find(({ name }) => name === 'value')?.t;
  const isList = tensor !== undefined && tensor.dims.length > 0 && tensor.dims.some((size) => size > 1n);
  return isList && FLOATS.has(tensor.dataType ?? 0) ? tensor : undefined;
}
