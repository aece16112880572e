import { emitted, folds } from './emit.ts';
import type { Loop } from './loop.ts';
import { isFlat, LINE } from './map.ts';

/**
 * How the range of a loop's function divides what the loop goes over, where it does so from beginning to end: `count` equal
 * runs, `unit` of them to a unit. `null` where units are something else, columns for example, or there is just one.
 */
export function runsOf(loop: Loop): { readonly count: number; readonly unit: number } | null {
  const simple = emitted(loop);
  const [count] = simple.dims as [number];
  if (!folds(simple) && isFlat(simple)) return { count, unit: LINE };
  const outermost = simple.dims.length > 1 && !simple.reduced[0];
  const inOrder = simple.results.every((result) => result.kind === 'fold' || result.offset === 0);
  return outermost && inOrder ? { count, unit: 1 } : null;
}
