// Weights in the order in which ONNX wants them: what the graph would do to them at every run is done once.
import type { Draft } from '@nablajs/onnx-graph';
import { sizeOf, stridesOf } from '@nablajs/tensor';

type GraphDraft = Draft<'GraphProto'>;
type TensorDraft = Draft<'TensorProto'>;
type NodeDraft = Draft<'NodeProto'>;

/** The graph without transposes and reshapes of initializers, and without initializers that nothing uses. */
export function foldWeights(graph: GraphDraft): GraphDraft {
  const stored = new Map((graph.initializer ?? []).map((tensor) => [tensor.name!, tensor]));
  const outputs = new Set((graph.output ?? []).map(({ name }) => name));
  const renamed = new Map<string, string>();
  const uses = usesOf(graph.node ?? []);
  const nodes: NodeDraft[] = [];
  for (const node of graph.node ?? []) {
    const input = (node.input ?? []).map((name) => renamed.get(name) ?? name);
    const output = node.output?.[0] ?? '';
    const folded = outputs.has(output) ? null : fold(node, input, stored);
    if (!folded) {
      nodes.push({ ...node, input });
      continue;
    }
    // The weight keeps its name when nobody else wants it as it was.
    const before = input[0]!;
    const name = uses.get(before) === 1 ? before : output;
    stored.set(name, { ...folded, name });
    renamed.set(output, name);
    uses.set(name, uses.get(output) ?? 0);
  }
  const used = new Set([...nodes.flatMap(({ input = [] }) => input), ...outputs]);
  const produced = new Set(nodes.flatMap(({ output = [] }) => output));
  const declared = new Set((graph.input ?? []).map(({ name }) => name));
  return {
    ...graph,
    node: nodes,
    initializer: [...stored.values()].filter(({ name }) => used.has(name!)),
    valueInfo: (graph.valueInfo ?? []).filter(({ name }) => produced.has(name!) && !declared.has(name)),
  };
}

function usesOf(nodes: readonly NodeDraft[]): Map<string, number> {
  const uses = new Map<string, number>();
  for (const { input = [] } of nodes) for (const name of input) uses.set(name, (uses.get(name) ?? 0) + 1);
  return uses;
}

function fold(
  { opType, attribute = [] }: NodeDraft,
  input: readonly string[],
  stored: ReadonlyMap<string, TensorDraft>,
): TensorDraft | null {
  const x = stored.get(input[0] ?? '');
  if (!x?.rawData) return null;
  if (opType === 'Transpose') return transposed(x, attribute.find(({ name }) => name === 'perm')?.ints?.map(Number));
  const shape = opType === 'Reshape' ? stored.get(input[1] ?? '') : undefined;
  return shape?.rawData ? { ...x, dims: integersIn(shape) } : null;
}

function transposed(x: TensorDraft, order: readonly number[] | undefined): TensorDraft | null {
  const sizes = (x.dims ?? []).map(Number);
  if (!order || order.length !== sizes.length) return null;
  const count = sizeOf(sizes);
  const bytes = x.rawData!.length / Math.max(1, count);
  const shape = order.map((axis) => sizes[axis]!);
  const strides = order.map((axis) => stridesOf(sizes)[axis]!);
  const result = new Uint8Array(x.rawData!.length);
  const at = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < count; to++) {
    for (let b = 0; b < bytes; b++) result[to * bytes + b] = x.rawData![from * bytes + b]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++at[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      at[axis] = 0;
    }
  }
  return { ...x, dims: shape.map(BigInt), rawData: result };
}

/** The elements of an int64 initializer. */
export function integersIn({ rawData }: TensorDraft): bigint[] {
  const view = new DataView(rawData!.buffer, rawData!.byteOffset, rawData!.byteLength);
  return Array.from({ length: view.byteLength / 8 }, (_, i) => view.getBigInt64(i * 8, true));
}
