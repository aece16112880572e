import { emitColumns } from '../reduce/columns.ts';
import { emitRows } from '../reduce/rows.ts';
import type { EmitContext, EmittedLoop } from './emitted.ts';
import { collapse, type Loop } from './loop.ts';
import { emitMap } from './map.ts';

/** Adds the function of a loop to a module, or finds the one that an equal loop has. */
export function emitLoop(context: EmitContext, loop: Loop): EmittedLoop {
  const simple = emitted(loop);
  if (!folds(simple)) return emitMap(context, simple);
  return simple.reduced.at(-1) ? emitRows(context, simple) : emitColumns(context, simple);
}

/** The loop as functions are made of it. */
export function emitted(loop: Loop): Loop {
  const simple = collapse(loop);
  if (!folds(loop)) return storesInOrder(simple) ? simple : withUnit(simple, false);
  // A fold over nothing but axes of size 1 still needs a dimension to run over.
  return simple.reduced.includes(true) ? simple : withUnit(simple, true);
}

/** True for loops that fold. */
export function folds({ results }: Loop): boolean {
  return results.some(({ kind }) => kind === 'fold');
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
