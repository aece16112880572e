// The newer metrics once more: all samples at once, in plain float64 loops.

export type Row = readonly number[];

const sum = (values: Row): number => values.reduce((total, value) => total + value, 0);
const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/** The weighted mean of a value per sample. */
export function meanOf(values: Row, weights: Row): number {
  return share(sum(values.map((value, i) => value * weights[i]!)), sum(values.map((_, i) => weights[i]!)));
}

export const rowMean = (values: Row): number => sum(values) / values.length;
export const best = (scores: Row): number => scores.indexOf(Math.max(...scores));

/** Weighted counts of decisions: true and false positives and negatives when scores above the threshold say yes. */
export function outcomes(
  labels: Row,
  scores: Row,
  weights: Row,
  threshold: number,
): { tp: number; fp: number; tn: number; fn: number } {
  const counts = { tp: 0, fp: 0, tn: 0, fn: 0 };
  for (const [i, score] of scores.entries()) {
    const yes = score > threshold;
    counts[labels[i] ? (yes ? 'tp' : 'fn') : yes ? 'fp' : 'tn'] += weights[i]!;
  }
  return counts;
}

/** The best of one rate over all thresholds that leave enough of another. */
export function tradeOff(
  labels: Row,
  scores: Row,
  weights: Row,
  enough: (c: Rates) => boolean,
  wanted: (c: Rates) => number,
): number {
  let top = 0;
  for (const threshold of [...scores, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]) {
    const { tp, fp, tn, fn } = outcomes(labels, scores, weights, threshold);
    const rates = { precision: share(tp, tp + fp), recall: share(tp, tp + fn), specificity: share(tn, tn + fp) };
    if (enough(rates)) top = Math.max(top, wanted(rates));
  }
  return top;
}

export interface Rates {
  readonly precision: number;
  readonly recall: number;
  readonly specificity: number;
}

/** The chance that a true sample scores above a false one, pair by pair. */
export function pairwiseAuc(labels: readonly boolean[], scores: Row, weights: Row): number {
  let [won, all] = [0, 0];
  for (const [i, a] of scores.entries())
    for (const [j, b] of scores.entries()) {
      if (!labels[i] || labels[j]) continue;
      const weight = weights[i]! * weights[j]!;
      all += weight;
      won += weight * (a > b ? 1 : a === b ? 0.5 : 0);
    }
  return won / all;
}

export function confusion(actual: Row, predicted: Row, weights: Row, classes: number): number[][] {
  const cells = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (const [i, label] of actual.entries()) cells[label]![predicted[i]!]! += weights[i]!;
  return cells;
}

export const rowSums = (m: readonly Row[]): number[] => m.map(sum);
export const columnSums = (m: readonly Row[]): number[] => m[0]!.map((_, j) => sum(m.map((row) => row[j]!)));

export function kappa(m: readonly Row[], cost: (distance: number) => number): number {
  const [rows, columns, total] = [rowSums(m), columnSums(m), sum(rowSums(m))];
  let [observed, expected] = [0, 0];
  for (const [i, row] of m.entries())
    for (const [j, cell] of row.entries()) {
      observed += cost(Math.abs(i - j)) * cell;
      expected += (cost(Math.abs(i - j)) * rows[i]! * columns[j]!) / total;
    }
  return 1 - observed / expected;
}

/** The correlation of one-hot truth and one-hot prediction, class by class and sample by sample. */
export function matthews(actual: Row, predicted: Row, weights: Row, classes: number): number {
  const hot = (labels: Row, k: number): number[] => labels.map((label) => Number(label === k));
  const covariance = (a: Row, b: Row): number => {
    let total = 0;
    for (let k = 0; k < classes; k++) {
      const [x, y] = [hot(a, k), hot(b, k)];
      const [mx, my] = [meanOf(x, weights), meanOf(y, weights)];
      total += meanOf(
        x.map((value, i) => (value - mx) * (y[i]! - my)),
        weights,
      );
    }
    return total;
  };
  return covariance(actual, predicted) / Math.sqrt(covariance(actual, actual) * covariance(predicted, predicted));
}

/** Intersection over union of each class; `null` for one that neither occurs nor is predicted. */
export function ious(m: readonly Row[]): (number | null)[] {
  const [rows, columns] = [rowSums(m), columnSums(m)];
  return m.map((row, k) => {
    const either = rows[k]! + columns[k]! - row[k]!;
    return either === 0 ? null : row[k]! / either;
  });
}

export function meanKnown(values: readonly (number | null)[]): number {
  const known = values.filter((value): value is number => value !== null);
  return rowMean(known);
}

export function variance(values: Row, weights: Row): number {
  const middle = meanOf(values, weights);
  return meanOf(
    values.map((value) => (value - middle) ** 2),
    weights,
  );
}

export function pearson(a: Row, b: Row, weights: Row = a.map(() => 1)): number {
  const [ma, mb] = [meanOf(a, weights), meanOf(b, weights)];
  const covariance = meanOf(
    a.map((value, i) => (value - ma) * (b[i]! - mb)),
    weights,
  );
  return covariance / Math.sqrt(variance(a, weights) * variance(b, weights));
}

export function concordance(a: Row, b: Row, weights: Row = a.map(() => 1)): number {
  const [ma, mb] = [meanOf(a, weights), meanOf(b, weights)];
  const covariance = meanOf(
    a.map((value, i) => (value - ma) * (b[i]! - mb)),
    weights,
  );
  return (2 * covariance) / (variance(a, weights) + variance(b, weights) + (ma - mb) ** 2);
}
