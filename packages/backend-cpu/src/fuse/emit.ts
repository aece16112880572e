import { emitColumns } from '../reduce/columns.ts';
import { emitRows } from '../reduce/rows.ts';
import type { FunctionRef, Madd, ModuleBuilder } from '../wasm/index.ts';
import { collapse, type Loop } from './loop.ts';
import { emitMap } from './map.ts';
import type { LoopArgument } from './signature.ts';

/** The function of a loop, and how to call it. */
export interface EmittedLoop {
  /** Its parameters: those that `args` are for, then `begin` and `end`. */
  readonly fn: FunctionRef;
  readonly args: readonly LoopArgument[];
  /** Units of the range: any partition of `[0, extent)` gives the same bits. */
  readonly extent: number;
}

/** Where functions go, and how they multiply and add. */
export interface EmitContext {
  readonly module: ModuleBuilder;
  readonly madd: Madd;
}

/** Adds the function of a loop to a module, or finds the one that an equal loop has. */
export function emitLoop(context: EmitContext, loop: Loop): EmittedLoop {
  const folds = loop.results.some(({ kind }) => kind === 'fold');
  const simple = collapse(loop);
  if (!folds) return emitMap(context, storesInOrder(simple) ? simple : withUnit(simple, false));
  // A fold over nothing but axes of size 1 still needs a dimension to run over.
  const folding = simple.reduced.includes(true) ? simple : withUnit(simple, true);
  return folding.reduced.at(-1) ? emitRows(context, folding) : emitColumns(context, folding);
}

/** True when there is an innermost dimension and stores along it are next to each other. */
function storesInOrder({ dims, results }: Loop): boolean {
  return dims.length > 0 && results.every((result) => result.kind === 'fold' || result.strides.at(-1) === 1);
}

function withUnit(loop: Loop, reduced: boolean): Loop {
  return {
    ...loop,
    dims: [...loop.dims, 1],
    reduced: [...loop.reduced, reduced],
    operands: loop.operands.map((operand) => ({ ...operand, strides: [...operand.strides, 0] })),
    results: loop.results.map((result) =>
      result.kind === 'store' ? { ...result, strides: [...result.strides, 1] } : result,
    ),
  };
}

/** A name that profilers and disassemblers can show. */
export function loopName({ terms, results }: Loop): string {
  const ops = terms.flatMap((term) => (term.kind === 'map' ? [term.op] : []));
  const folds = results.flatMap((result) => (result.kind === 'fold' ? [result.op] : []));
  const names = [...ops, ...folds];
  return names.length > 8 ? `${names.slice(0, 7).join('_')}_and_${names.length - 7}_more` : names.join('_') || 'fill';
}
