// Areas under curves, from the order of scores.
import { type Decisions, hasNaN, steps } from './scores.ts';

/** The trapezoids under the ROC curve: within a tie true and false positives grow together. Hanley and McNeil, 1982. */
export function areaUnderRoc(decisions: Decisions): number {
  if (hasNaN(decisions)) return Number.NaN;
  let [area, hits, misses] = [0, 0, 0];
  for (const { yes, no } of steps(decisions)) {
    area += no * (hits + yes / 2);
    hits += yes;
    misses += no;
  }
  return hits > 0 && misses > 0 ? area / (hits * misses) : Number.NaN;
}

/** The steps under the precision-recall curve, `sum (R_n - R_(n-1)) P_n`. */
export function averagePrecision(decisions: Decisions): number {
  if (hasNaN(decisions)) return Number.NaN;
  let [area, hits, misses] = [0, 0, 0];
  for (const { yes, no } of steps(decisions)) {
    hits += yes;
    misses += no;
    if (yes > 0) area += (yes * hits) / (hits + misses);
  }
  return hits > 0 ? area / hits : Number.NaN;
}
