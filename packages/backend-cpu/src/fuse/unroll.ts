import { costOf, type Loop } from './loop.ts';

/** Vectors per turn of the innermost loop: 1, 2 or 4, fewer for long bodies and many accumulators. */
export function unrollOf(loop: Loop): 1 | 2 | 4 {
  const cost = costOf(loop);
  const folds = loop.results.filter(({ kind }) => kind === 'fold').length;
  if (cost > 60 || folds > 4) return 1;
  return cost > 12 || folds > 2 || loop.operands.length > 4 ? 2 : 4;
}
