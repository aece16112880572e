// Graphs have fixed sizes, files should take any batch. The graph is lowered for two batch sizes; where the two differ is
// where the size of the batch went.
import type { Draft } from '@nablajs/onnx-graph';
import { integersIn } from './fold.ts';

type GraphDraft = Draft<'GraphProto'>;
type TensorDraft = Draft<'TensorProto'>;
type Dimension = Draft<'DimensionProto'>;

/** A graph lowered for one batch size. */
export interface Sized {
  readonly batch: number;
  readonly graph: GraphDraft;
}

/** Name of the symbolic size. */
export const BATCH = 'batch';

/** One graph for batches of any size from two for fixed ones; or the name of a node that depends on the size in other ways. */
export function anyBatch(a: Sized, b: Sized): GraphDraft | string {
  const [nodes, others] = [a.graph.node ?? [], b.graph.node ?? []];
  const odd = nodes.find((node, i) => !same(node, others[i]));
  if (odd || nodes.length !== others.length) return odd?.name ?? 'the end of the graph';
  const initializer = generalInitializers(a, b);
  if (typeof initializer === 'string') return userOf(initializer, nodes);
  return {
    ...a.graph,
    initializer,
    input: generalInfos(a, b, a.graph.input, b.graph.input),
    output: generalInfos(a, b, a.graph.output, b.graph.output),
    valueInfo: generalInfos(a, b, a.graph.valueInfo, b.graph.valueInfo),
  };
}

function userOf(tensor: string, nodes: readonly Draft<'NodeProto'>[]): string {
  return nodes.find(({ input = [] }) => input.includes(tensor))?.name ?? tensor;
}

/** Constants without the size of the batch, or the name of one that cannot do without it. */
function generalInitializers(a: Sized, b: Sized): TensorDraft[] | string {
  const [tensors, others] = [a.graph.initializer ?? [], b.graph.initializer ?? []];
  const general: TensorDraft[] = [];
  for (const [i, tensor] of tensors.entries()) {
    const other = others[i];
    const fits = tensor.name === other?.name && same(tensor.dims, other?.dims);
    const target = same(tensor, other) ? tensor : fits ? generalShape(a, b, tensor, other!) : null;
    if (!target) return tensor.name ?? '';
    general.push(target);
  }
  return general;
}

const INT64 = 7;

/** The shape that a Reshape is given, with -1 where the batch stands. An Expand takes 1 there, and keeps what it has. */
function generalShape(a: Sized, b: Sized, tensor: TensorDraft, other: TensorDraft): TensorDraft | null {
  if (tensor.dataType !== INT64 || !tensor.rawData || !other.rawData) return null;
  const users = (a.graph.node ?? []).filter(({ input = [] }) => input.includes(tensor.name!));
  const [sizes, otherSizes] = [integersIn(tensor), integersIn(other)];
  const changed = sizes.flatMap((size, i) => (size === otherSizes[i] ? [] : [i]));
  const isBatch = (i: number): boolean => sizes[i]! * BigInt(b.batch) === otherSizes[i]! * BigInt(a.batch);
  if (changed.length !== 1 || !isBatch(changed[0]!) || sizes.some((size) => size <= 0n)) return null;
  const reshapes = users.every(({ opType, input }) => opType === 'Reshape' && input?.[0] !== tensor.name);
  const expands = users.every(
    ({ opType, input }) => opType === 'Expand' && hasBatch(a, input?.[0] ?? '', sizes.length, changed[0]!),
  );
  if (!reshapes && !expands) return null;
  const general = BigInt64Array.from(sizes, (size, i) => (i === changed[0] ? (reshapes ? -1n : 1n) : size));
  return { ...tensor, rawData: new Uint8Array(general.buffer) };
}

/** Whether a value already has the batch where it is to be expanded to it. */
function hasBatch({ graph, batch }: Sized, name: string, rank: number, axis: number): boolean {
  const info = [...(graph.valueInfo ?? []), ...(graph.input ?? [])].find((each) => each.name === name);
  const dim = info?.type?.tensorType?.shape?.dim ?? [];
  return dim[axis - rank + dim.length]?.dimValue === BigInt(batch);
}

type Infos = readonly Draft<'ValueInfoProto'>[] | undefined;

function generalInfos(a: Sized, b: Sized, infos: Infos, others: Infos): Draft<'ValueInfoProto'>[] {
  return (infos ?? []).map((info, i) => {
    const type = info.type?.tensorType;
    const dims = type?.shape?.dim ?? [];
    const otherDims = others?.[i]?.type?.tensorType?.shape?.dim ?? [];
    const dim = dims.map((size, axis): Dimension => {
      if (size.dimValue === otherDims[axis]?.dimValue) return size;
      const plain = size.dimValue === BigInt(a.batch) && otherDims[axis]?.dimValue === BigInt(b.batch);
      return plain ? { dimParam: BATCH } : {};
    });
    return { ...info, type: { tensorType: { ...type, shape: { dim } } } };
  });
}

/** Structural equality of messages. */
function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (a instanceof Uint8Array && b instanceof Uint8Array) {
    return a.length === b.length && a.every((byte, i) => byte === b[i]);
  }
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => same((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
  );
}
