// How far predicted numbers are off.

/** Errors of predictions, in the unit of what is predicted. */
export interface Errors {
  readonly truth: readonly number[];
  readonly predicted: readonly number[];
  /** Mean absolute error. */
  readonly mae: number;
  /** Root of the mean squared error. */
  readonly rmse: number;
  /** Share of the variance that the predictions explain: 1 is perfect, 0 no better than the mean. */
  readonly r2: number;
}

/** Compares predictions with the truth, pair by pair. */
export function errorsOf(truth: readonly number[], predicted: readonly number[]): Errors {
  const count = truth.length;
  const mean = truth.reduce((sum, value) => sum + value, 0) / count;
  const squares = truth.reduce((sum, value, i) => sum + (value - predicted[i]!) ** 2, 0);
  const spread = truth.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    truth,
    predicted,
    mae: truth.reduce((sum, value, i) => sum + Math.abs(value - predicted[i]!), 0) / count,
    rmse: Math.sqrt(squares / count),
    r2: spread === 0 ? 0 : 1 - squares / spread,
  };
}
