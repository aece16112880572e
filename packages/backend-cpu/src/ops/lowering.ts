// How an op becomes code: one row per op, of one of five kinds. The table of all rows is what the backend can do.
import type { Attrs, DType, Shape, Spec } from '@nablajs/tensor';
import type { MapContext, V } from '../fuse/math/context.ts';
import type { KernelOptions, KernelPlan } from '../kernels/kernel.ts';
import type { Epilogue } from '../kernels/product/matmul.ts';

/** Where the elements of a value lie: element `i` is number `offset + sum(i[d] * strides[d])` of some base. */
export interface Layout {
  readonly offset: number;
  readonly strides: readonly number[];
}

/** What an elementwise op knows about its call. */
export interface MapCall {
  /** Dtype of the first operand that is not a condition. */
  readonly from: DType;
  /** Dtype of the result. */
  readonly to: DType;
  readonly attrs: Attrs;
}

/** One element at a time: part of a fused loop. */
export interface MapLowering {
  readonly kind: 'map';
  /** About how many vector instructions it is. */
  readonly cost: number;
  /** Code for four elements. Operands are locals or literals, free to use more than once. */
  readonly emit: (c: MapContext, operands: readonly V[], call: MapCall) => V;
}

/** Values that need no memory: one number everywhere, or an affine function of the index. */
export interface SourceLowering {
  readonly kind: 'source';
  /** Element `i` is `offset + sum(i[d] * strides[d])`. */
  readonly values: (attrs: Attrs, spec: Spec) => Layout;
}

/** The operand's elements at other places: no code, when the reader can follow. */
export interface ViewLowering {
  readonly kind: 'view';
  /** The result's layout from the operand's; `null` when strides cannot say it. */
  readonly view: (layout: Layout, shape: Shape, attrs: Attrs, spec: Spec) => Layout | null;
}

/** A fold over axes: a fused loop that ends in accumulators. */
export interface ReduceLowering {
  readonly kind: 'reduce';
  readonly start: (dtype: DType) => number;
  readonly combine: (a: V, b: V, dtype: DType) => V;
}

/** Parts of the result copied from operands; what they leave free is one number. */
export interface PiecesLowering {
  readonly kind: 'pieces';
  readonly fill: (attrs: Attrs) => number;
  /** Per operand, the index in the result of its first element. */
  readonly corners: (specs: readonly Spec[], attrs: Attrs) => readonly (readonly number[])[];
}

/** What a kernel's planner is told. */
export interface KernelRequest {
  readonly attrs: Attrs;
  readonly specs: readonly Spec[];
  readonly spec: Spec;
  readonly options: KernelOptions;
  readonly epilogue: Epilogue;
}

/** Calls of prepared kernels over dense operands. */
export interface KernelLowering {
  readonly kind: 'kernel';
  /** The plan's names for the operands. */
  readonly operands: readonly string[];
  /** The plan's name for the result. */
  readonly result: string;
  readonly plan: (request: KernelRequest) => KernelPlan;
  /** It can add a bias along the last axis and apply ReLU on the way out. */
  readonly epilogue?: boolean;
  /** Why it cannot run some call, or `true`. */
  readonly supports?: (attrs: Attrs, specs: readonly Spec[]) => true | string;
}

/** The row of an op that is one plan of kernel calls. */
export function kernelLowering(
  operands: readonly string[],
  result: string,
  plan: (request: KernelRequest) => KernelPlan,
): KernelLowering {
  return { kind: 'kernel', operands, result, plan };
}

export type Lowering = MapLowering | SourceLowering | ViewLowering | ReduceLowering | PiecesLowering | KernelLowering;
