// The graph as the planner sees it: views are gone, folded into how each node reads its operands.
import { type Graph, type Instruction, type Shape, type Spec, sizeOf } from '@nablajs/tensor';
import type { KernelLowering, Layout, Lowering, MapLowering, ReduceLowering } from '../ops/lowering.ts';
import { broadcast, dense, isContiguous } from '../ops/shape.ts';

/** How a node reads another: where the elements of an operand of this shape lie among the base's. */
export interface Operand {
  readonly base: PlanNode;
  readonly layout: Layout;
  readonly shape: Shape;
}

interface Common {
  readonly op: string;
  readonly spec: Spec;
  readonly attrs: Instruction['attrs'];
  readonly operands: readonly Operand[];
}

/** A value that somebody supplies, or one that is computed. */
export type PlanNode =
  | (Common & { readonly kind: 'input'; readonly index: number })
  | (Common & { readonly kind: 'constant'; readonly index: number })
  | (Common & { readonly kind: 'source' })
  | MapNode
  | ReduceNode
  | PiecesNode
  | KernelNode;

/** Elementwise. */
export type MapNode = Common & { readonly kind: 'map'; readonly lowering: MapLowering };
/** A fold. */
export type ReduceNode = Common & { readonly kind: 'reduce'; readonly lowering: ReduceLowering };
/** A value put together from pieces. */
export type PiecesNode = Common & {
  readonly kind: 'pieces';
  readonly fill: number;
  /** Per operand, the index in the value of its first element. */
  readonly corners: readonly (readonly number[])[];
};
/** A call of kernels. */
export type KernelNode = Common & {
  readonly kind: 'kernel';
  readonly lowering: KernelLowering;
  /** What the kernel itself makes; `spec` may be another shape of the same size. */
  readonly result: Spec;
  readonly epilogue: { readonly bias: boolean; readonly relu: boolean };
};

/** The nodes of a graph in execution order, and which of them are its results. */
export interface NodeGraph {
  readonly nodes: readonly PlanNode[];
  /** Per output of the graph: a node computed for it alone, or an input to hand back. */
  readonly outputs: readonly PlanNode[];
}

/** The element itself. */
export const COPY: MapLowering = { kind: 'map', cost: 0, emit: (_, [x]) => x! };
const NO_ATTRS = {};

/** All of a node in its own order. */
export function whole(base: PlanNode): Operand {
  const { shape } = base.spec;
  return { base, layout: dense(shape), shape };
}

/** True when an operand is all of its base in the base's own order. */
export function isWhole({ base, layout, shape }: Operand): boolean {
  return (
    base.kind !== 'source' &&
    layout.offset === 0 &&
    sizeOf(shape) === sizeOf(base.spec.shape) &&
    isContiguous(layout, shape)
  );
}

/** Resolves views, and gives every value that must lie in memory in its own order a node that computes it there. */
export function nodesOf(graph: Graph, lowerings: Readonly<Record<string, Lowering>>): NodeGraph {
  const nodes: PlanNode[] = [];
  const values: Operand[] = [];
  const copies = new Map<PlanNode, { key: string; node: PlanNode }[]>();

  const add = (node: PlanNode): PlanNode => {
    nodes.push(node);
    return node;
  };
  const copyOf = (operand: Operand): PlanNode => {
    const { shape } = operand;
    const spec = { shape, dtype: operand.base.spec.dtype };
    return add({ kind: 'map', op: 'copy', spec, attrs: NO_ATTRS, operands: [operand], lowering: COPY });
  };
  /** The operand with its elements one after the other, copied if they do not lie so. */
  const packed = (operand: Operand): Operand => {
    if (operand.base.kind !== 'source' && isContiguous(operand.layout, operand.shape)) return operand;
    const known = copies.get(operand.base) ?? [];
    copies.set(operand.base, known);
    const key = JSON.stringify([operand.layout, operand.shape]);
    let copy = known.find((entry) => entry.key === key);
    if (!copy) {
      copy = { key, node: copyOf(operand) };
      known.push(copy);
    }
    return whole(copy.node);
  };

  /** The operand as loops like it: along the last axis, elements next to each other or all the same. */
  const even = (operand: Operand): Operand => {
    const last = operand.shape.findLastIndex((size) => size !== 1);
    const step = last < 0 ? 0 : operand.layout.strides[last]!;
    return step === 0 || step === 1 || operand.base.kind === 'source' ? operand : packed(operand);
  };
  /** What a fold over nothing gives. */
  const identity = ({ start }: ReduceLowering, spec: Spec): Operand => {
    const base = add({ kind: 'source', op: 'identity', spec, attrs: NO_ATTRS, operands: [] });
    return { base, layout: { offset: start(spec.dtype), strides: spec.shape.map(() => 0) }, shape: spec.shape };
  };

  graph.inputs.forEach((spec, index) => {
    values.push(whole(add({ kind: 'input', op: 'input', spec, attrs: NO_ATTRS, operands: [], index })));
  });
  graph.constants.forEach(({ spec }, index) => {
    values.push(whole(add({ kind: 'constant', op: 'constant', spec, attrs: NO_ATTRS, operands: [], index })));
  });
  for (const { op, operands: numbers, attrs, spec } of graph.code) {
    const lowering = lowerings[op]!;
    const operands = numbers.map((number) => values[number]!);
    const common = { op, spec, attrs };
    switch (lowering.kind) {
      case 'view': {
        const [operand] = operands as [Operand];
        const layout = lowering.view(operand.layout, operand.shape, attrs, spec);
        if (layout !== null) values.push({ base: operand.base, layout, shape: spec.shape });
        else {
          const { base, layout: flat } = packed(operand);
          values.push({ base, layout: lowering.view(flat, operand.shape, attrs, spec)!, shape: spec.shape });
        }
        break;
      }
      case 'source': {
        const base = add({ kind: 'source', ...common, operands: [] });
        values.push({ base, layout: lowering.values(attrs, spec), shape: spec.shape });
        break;
      }
      case 'map': {
        const read = operands.map(even).map(({ base, layout, shape }) => ({
          base,
          layout: broadcast(layout, shape, spec.shape),
          shape: spec.shape,
        }));
        values.push(whole(add({ kind: 'map', ...common, operands: read, lowering })));
        break;
      }
      case 'reduce': {
        const empty = sizeOf(operands[0]!.shape) === 0;
        const read = operands.map(even);
        values.push(
          empty ? identity(lowering, spec) : whole(add({ kind: 'reduce', ...common, operands: read, lowering })),
        );
        break;
      }
      case 'pieces': {
        const specs = operands.map(({ base, shape }) => ({ shape, dtype: base.spec.dtype }));
        const corners = lowering.corners(specs, attrs);
        values.push(whole(add({ kind: 'pieces', ...common, operands, fill: lowering.fill(attrs), corners })));
        break;
      }
      case 'kernel': {
        const epilogue = { bias: false, relu: false };
        values.push(
          whole(add({ kind: 'kernel', ...common, operands: operands.map(packed), lowering, result: spec, epilogue })),
        );
      }
    }
  }

  const taken = new Set<PlanNode>();
  const donated = new Set(graph.donated);
  const outputs = graph.outputs.map((number) => {
    const operand = values[number]!;
    const { base } = operand;
    const own = base.kind === 'input' ? donated.has(base.index) : base.kind !== 'constant' && base.kind !== 'source';
    const node = own && !taken.has(base) && isWhole(operand) ? base : copyOf(operand);
    taken.add(node);
    return node;
  });
  return { nodes, outputs };
}
