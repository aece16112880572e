import type { FunctionRef, Madd, ModuleBuilder } from '../wasm/index.ts';
import type { Loop } from './loop.ts';
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

/** A name that profilers and disassemblers can show. */
export function loopName({ terms, results }: Loop): string {
  const ops = terms.flatMap((term) => (term.kind === 'map' ? [term.op] : []));
  const folds = results.flatMap((result) => (result.kind === 'fold' ? [result.op] : []));
  const names = [...ops, ...folds];
  return names.length > 8 ? `${names.slice(0, 7).join('_')}_and_${names.length - 7}_more` : names.join('_') || 'fill';
}
