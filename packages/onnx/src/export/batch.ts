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
  const general = generalInitializers(a, b);
  if (typeof general === 'string') return userOf(general, nodes);
  const { initializer, measured } = general;
  return {
    ...a.graph,
    initializer: [...initializer, ...measured.flatMap((each) => each.parts)],
    node: [...(measured.length > 0 ? [measure(a.graph)] : []), ...measured.map((each) => each.node), ...nodes],
    input: generalInfos(a, b, a.graph.input, b.graph.input),
    output: generalInfos(a, b, a.graph.output, b.graph.output),
    valueInfo: [
      ...generalInfos(a, b, a.graph.valueInfo, b.graph.valueInfo),
      ...(measured.length > 0 ? [sizesInfo(SIZE, 1)] : []),
      ...measured.map(({ node, length }) => sizesInfo(node.output![0]!, length)),
    ],
  };
}

function userOf(tensor: string, nodes: readonly Draft<'NodeProto'>[]): string {
  return nodes.find(({ input = [] }) => input.includes(tensor))?.name ?? tensor;
}

/** Constants without the size of the batch, and those that are put together with it; or the name of one that has no such form. */
function generalInitializers(
  a: Sized,
  b: Sized,
): { readonly initializer: TensorDraft[]; readonly measured: Measured[] } | string {
  const [tensors, others] = [a.graph.initializer ?? [], b.graph.initializer ?? []];
  const initializer: TensorDraft[] = [];
  const measured: Measured[] = [];
  for (const [i, tensor] of tensors.entries()) {
    const other = others[i];
    const fits = tensor.name === other?.name && same(tensor.dims, other?.dims);
    const fixed = same(tensor, other) ? tensor : fits ? generalShape(a, b, tensor, other!) : null;
    if (fixed) {
      initializer.push(fixed);
      continue;
    }
    const found = fits ? measuredSizes(a, b, tensor, other!) : null;
    if (!found) return tensor.name ?? '';
    measured.push(found);
  }
  return { initializer, measured };
}

/** Sizes that are put together when the file runs, from what is known and the size of the batch. */
interface Measured {
  readonly node: Draft<'NodeProto'>;
  readonly parts: readonly TensorDraft[];
  readonly length: number;
}

/** The value that holds the size of the batch. */
const SIZE = 'batch_size';

function measure({ input = [] }: GraphDraft): Draft<'NodeProto'> {
  const attribute = [
    { name: 'start', type: 2, i: 0n },
    { name: 'end', type: 2, i: 1n },
  ];
  return { name: `${SIZE}/Shape`, opType: 'Shape', input: [input[0]!.name!], output: [SIZE], attribute };
}

function measuredSizes(a: Sized, b: Sized, tensor: TensorDraft, other: TensorDraft): Measured | null {
  if (tensor.dataType !== INT64 || tensor.dims?.length !== 1 || !tensor.rawData || !other.rawData) return null;
  const [sizes, otherSizes] = [integersIn(tensor), integersIn(other)];
  const isBatch = (i: number): boolean => sizes[i] === BigInt(a.batch) && otherSizes[i] === BigInt(b.batch);
  const parts: TensorDraft[] = [];
  const input: string[] = [];
  for (let i = 0; i < sizes.length; i++) {
    if (isBatch(i)) {
      input.push(SIZE);
      continue;
    }
    if (sizes[i] !== otherSizes[i]) return null;
    const name = `${tensor.name}/${i}`;
    const rawData = new Uint8Array(BigInt64Array.of(sizes[i]!).buffer);
    parts.push({ name, dataType: INT64, dims: [1n], rawData });
    input.push(name);
  }
  const attribute = [{ name: 'axis', type: 2, i: 0n }];
  const node = { name: `${tensor.name}/Concat`, opType: 'Concat', input, output: [tensor.name!], attribute };
  return { node, parts, length: sizes.length };
}

function sizesInfo(name: string, length: number): Draft<'ValueInfoProto'> {
  return { name, type: { tensorType: { elemType: INT64, shape: { dim: [{ dimValue: BigInt(length) }] } } } };
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
