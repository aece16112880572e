// How often each class was taken for each other one, and what follows from it.

/** `matrix[truth][prediction]`: how many samples. */
export type Confusion = readonly (readonly number[])[];

/** Quality of the predictions of one class; a ratio without cases is 0, as in scikit-learn. */
export interface ClassScore {
  /** Of the samples taken for this class, how many are. */
  readonly precision: number;
  /** Of the samples of this class, how many were found. */
  readonly recall: number;
  /** Harmonic mean of both. */
  readonly f1: number;
  /** Samples of this class. */
  readonly support: number;
}

/** Counts pairs of true and predicted classes. */
export function confusionOf(truth: ArrayLike<number>, predicted: ArrayLike<number>, classes: number): Confusion {
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < truth.length; i++) matrix[truth[i]!]![predicted[i]!]!++;
  return matrix;
}

/** The share of samples on the diagonal. */
export function accuracyOf(matrix: Confusion): number {
  const right = matrix.reduce((sum, row, truth) => sum + row[truth]!, 0);
  return ratio(
    right,
    matrix.reduce((sum, row) => sum + total(row), 0),
  );
}

/** Precision, recall and F1 of each class. */
export function scoresOf(matrix: Confusion): ClassScore[] {
  return matrix.map((row, truth) => {
    const right = row[truth]!;
    const support = total(row);
    const taken = matrix.reduce((sum, other) => sum + other[truth]!, 0);
    return {
      precision: ratio(right, taken),
      recall: ratio(right, support),
      f1: ratio(2 * right, support + taken),
      support,
    };
  });
}

function total(row: readonly number[]): number {
  return row.reduce((sum, count) => sum + count, 0);
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

/** Where the largest of some numbers is; the first of equal ones. */
export function argMax(values: readonly number[]): number {
  return values.reduce((best, value, i) => (value > values[best]! ? i : best), 0);
}
