// What the metrics should be, in the most obvious way: all samples at once, in plain loops.

/** One sample: scores per class, the true class, and how much it counts. */
export interface Sample {
  readonly scores: readonly number[];
  readonly label: number;
  readonly weight: number;
}

export function best(scores: readonly number[]): number {
  return scores.indexOf(Math.max(...scores));
}

/** The weighted share of samples for which something holds. */
export function share(samples: readonly Sample[], holds: (sample: Sample) => boolean): number {
  const total = samples.reduce((sum, { weight }) => sum + weight, 0);
  const right = samples.reduce((sum, sample) => sum + (holds(sample) ? sample.weight : 0), 0);
  return total === 0 ? 0 : right / total;
}

export function isAmongBest({ scores, label }: Sample, k: number): boolean {
  return scores.filter((score) => score > scores[label]!).length < k;
}

/** Weighted counts of (sample, class) pairs, over the chosen classes. */
export function pairs(
  samples: readonly Sample[],
  saysYes: (sample: Sample, k: number) => boolean,
  classes: readonly number[],
): { hits: number; said: number; actual: number } {
  const counts = { hits: 0, said: 0, actual: 0 };
  for (const sample of samples) {
    for (const k of classes) {
      const [said, actual] = [saysYes(sample, k), sample.label === k];
      if (said) counts.said += sample.weight;
      if (actual) counts.actual += sample.weight;
      if (said && actual) counts.hits += sample.weight;
    }
  }
  return counts;
}

export function divide(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

export function fScore({ hits, said, actual }: { hits: number; said: number; actual: number }, beta = 1): number {
  const [precision, recall] = [divide(hits, said), divide(hits, actual)];
  return divide((1 + beta ** 2) * precision * recall, beta ** 2 * precision + recall);
}

export function confusion(samples: readonly Sample[], classes: number): number[][] {
  const cells = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (const { scores, label, weight } of samples) cells[label]![best(scores)]! += weight;
  return cells;
}

/** One yes-or-no decision. */
export interface Decision {
  readonly score: number;
  readonly yes: boolean;
  readonly weight: number;
}

/** The chance that a true sample scores above a false one, by comparing all pairs. */
export function pairwiseAuc(decisions: readonly Decision[]): number {
  let [wins, all] = [0, 0];
  for (const a of decisions) {
    if (!a.yes) continue;
    for (const b of decisions) {
      if (b.yes) continue;
      const pair = a.weight * b.weight;
      all += pair;
      wins += a.score > b.score ? pair : a.score === b.score ? pair / 2 : 0;
    }
  }
  return wins / all;
}

/** `sum (R_n - R_(n-1)) P_n` over all thresholds, each evaluated afresh. */
export function naiveAveragePrecision(decisions: readonly Decision[]): number {
  const thresholds = [...new Set(decisions.map(({ score }) => score))].sort((a, b) => b - a);
  const positives = decisions.reduce((sum, { yes, weight }) => sum + (yes ? weight : 0), 0);
  if (positives === 0) return Number.NaN;
  let [area, before] = [0, 0];
  for (const threshold of thresholds) {
    const said = decisions.filter(({ score }) => score >= threshold);
    const hits = said.reduce((sum, { yes, weight }) => sum + (yes ? weight : 0), 0);
    const recall = hits / positives;
    area +=
      (recall - before) *
      divide(
        hits,
        said.reduce((sum, { weight }) => sum + weight, 0),
      );
    before = recall;
  }
  return area;
}
