// A loop over all elements of a domain, as data: what it reads, what it computes for each element, what it keeps.
import type { DType } from '@nablajs/tensor';
import type { MapCall, MapLowering, ReduceLowering } from '../ops/lowering.ts';

/** Something the loop reads: words in memory, or an affine function of the index that needs no memory. */
export interface LoopOperand {
  /** Memory: number `offset + sum(i[d] * strides[d])` of its words. Index: that number itself. */
  readonly kind: 'memory' | 'index';
  readonly dtype: DType;
  readonly offset: number;
  readonly strides: readonly number[];
}

/** A value per element. */
export type Term =
  | { readonly kind: 'operand'; readonly operand: number }
  | { readonly kind: 'number'; readonly value: number; readonly dtype: DType }
  | {
      readonly kind: 'map';
      readonly op: string;
      readonly lowering: MapLowering;
      readonly args: readonly number[];
      readonly call: MapCall;
    };

/** What becomes of a term: stored for each element, or folded over the reduced dimensions. */
export type LoopResult =
  | { readonly kind: 'store'; readonly term: number; readonly offset: number; readonly strides: readonly number[] }
  | {
      readonly kind: 'fold';
      readonly op: string;
      readonly term: number;
      readonly dtype: DType;
      readonly lowering: ReduceLowering;
    };

/** The whole loop. Strides of everything have one entry per dimension. */
export interface Loop {
  /** Sizes, outermost first. */
  readonly dims: readonly number[];
  /** Dimensions that folds run over; all false without folds. */
  readonly reduced: readonly boolean[];
  readonly operands: readonly LoopOperand[];
  /** In an order in which they can be computed. */
  readonly terms: readonly Term[];
  readonly results: readonly LoopResult[];
  /** Stores may run over the end, into the padding of their buffers; false where something else follows. */
  readonly padded: boolean;
}

/** The same loop with as few dimensions as possible: neighbours that everybody walks through evenly become one. */
export function collapse(loop: Loop): Loop {
  const walks = [
    ...loop.operands.map(({ strides }) => strides),
    ...loop.results.flatMap((result) => (result.kind === 'store' ? [result.strides] : [])),
  ];
  const kept: number[][] = [];
  loop.dims.forEach((size, d) => {
    if (size === 1) return;
    const last = kept.at(-1);
    const joins =
      last !== undefined &&
      loop.reduced[last[0]!] === loop.reduced[d] &&
      walks.every((strides) => strides[last.at(-1)!] === strides[d]! * size);
    if (joins) last.push(d);
    else kept.push([d]);
  });
  const pick = (strides: readonly number[]): number[] => kept.map((run) => strides[run.at(-1)!]!);
  return {
    ...loop,
    dims: kept.map((run) => run.reduce((product, d) => product * loop.dims[d]!, 1)),
    reduced: kept.map((run) => loop.reduced[run[0]!]!),
    operands: loop.operands.map((operand) => ({ ...operand, strides: pick(operand.strides) })),
    results: loop.results.map((result) =>
      result.kind === 'store' ? { ...result, strides: pick(result.strides) } : result,
    ),
  };
}

/** Sum of the costs of the terms: about how many instructions one vector takes. */
export function costOf({ terms, operands }: Loop): number {
  return terms.reduce((sum, term) => sum + (term.kind === 'map' ? term.lowering.cost : 0), operands.length);
}
