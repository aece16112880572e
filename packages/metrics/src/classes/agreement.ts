// How much of the agreement between truth and prediction is more than chance, or than the largest class.
import { arange, type Tensor } from '@nablajs/tensor';
import { requireOneOf } from '../base/config.ts';
import { type Cells, type MatrixConfig, MatrixMetric, rightOf } from '../base/matrix.ts';
import type { MetricOptions } from '../base/metric.ts';
import { ratio } from '../base/weight.ts';

/** Config of {@link CohenKappa}. */
export interface CohenKappaConfig extends MatrixConfig {
  /** For classes in an order: mistakes count by their distance, or its square. Default `null`: all alike. */
  readonly weights: 'linear' | 'quadratic' | null;
}

/**
 * Agreement beyond chance: `1 - observed / expected` disagreement, where what is expected follows from how often each class
 * is true and predicted. 1 is perfect, 0 chance. Cohen, 1960, doi:10.1177/001316446002000104.
 */
export class CohenKappa extends MatrixMetric<CohenKappaConfig> {
  static override readonly type: string = 'CohenKappa';
  static override readonly defaults: object = { numClasses: null, threshold: 0.5, weights: null };

  constructor(options: MetricOptions<CohenKappaConfig> = {}) {
    super(options);
    requireOneOf(this.type, 'weights', this.config.weights, [null, 'linear', 'quadratic']);
  }

  protected combine({ cells }: Cells): Tensor {
    const classes = cells.shape[0]!;
    const numbers = arange(0, classes, 1, 'float32');
    const distance = numbers.expandDims(1).sub(numbers.expandDims(0)).abs();
    const { weights } = this.config;
    const cost =
      weights === null ? distance.notEqual(0).cast('float32') : weights === 'linear' ? distance : distance.square();
    const { shares, actual, predicted } = sharesOf(cells);
    const observed = shares.mul(cost).sum();
    const expected = actual.expandDims(1).mul(predicted.expandDims(0)).mul(cost).sum();
    // Nothing to disagree about is agreement.
    return ratio(observed, expected).neg().add(1);
  }
}

/**
 * The correlation of true and predicted classes, -1 to 1: a single number that no class can dominate. 0 where it does not
 * exist. Matthews, 1975, doi:10.1016/0005-2795(75)90109-9; for several classes Gorodkin, 2004,
 * doi:10.1016/j.compbiolchem.2004.09.006.
 */
export class MatthewsCorrelation extends MatrixMetric {
  static override readonly type: string = 'MatthewsCorrelation';

  protected combine({ cells }: Cells): Tensor {
    const { shares, actual, predicted } = sharesOf(cells);
    const covariance = rightOf(shares).sum().sub(actual.mul(predicted).sum());
    const spread = (of: Tensor): Tensor => of.square().sum().neg().add(1).maximum(0);
    return ratio(covariance, spread(actual).mul(spread(predicted)).sqrt());
  }
}

/** The mean over the classes that occur of the share of each that was recognized. */
export class BalancedAccuracy extends MatrixMetric {
  static override readonly type: string = 'BalancedAccuracy';

  protected combine({ cells }: Cells): Tensor {
    const often = cells.sum(1);
    return ratio(ratio(rightOf(cells), often).sum(), often.greater(0).cast('float32').sum());
  }
}

/** Config of {@link JaccardIndex}. */
export interface JaccardIndexConfig extends MatrixConfig {
  /**
   * `macro` (the default): the mean over classes that occur or are predicted; `weighted`: by how often they are true;
   * `micro`: from the counts of all together; `null`: one number per class.
   */
  readonly average: 'macro' | 'micro' | 'weighted' | null;
}

/** What truth and prediction have in common, of what either says: `hits / (hits + missed + wrong)` of each class. */
export class JaccardIndex extends MatrixMetric<JaccardIndexConfig> {
  static override readonly type: string = 'JaccardIndex';
  static override readonly defaults: object = { numClasses: null, threshold: 0.5, average: 'macro' };

  constructor(options: MetricOptions<JaccardIndexConfig> = {}) {
    super(options);
    requireOneOf(this.type, 'average', this.config.average, [null, 'macro', 'micro', 'weighted']);
  }

  protected combine({ cells }: Cells): Tensor {
    const { average } = this.config;
    const [hits, often] = [rightOf(cells), cells.sum(1)];
    const either = often.add(cells.sum(0)).sub(hits);
    if (average === 'micro') return ratio(hits.sum(), either.sum());
    const scores = ratio(hits, either);
    if (average === null) return scores;
    if (average === 'weighted') return ratio(scores.mul(often).sum(), often.sum());
    return ratio(scores.sum(), either.greater(0).cast('float32').sum());
  }
}

/** Counts as shares of all, and how often each class is true and predicted. Shares keep products small. */
function sharesOf(cells: Tensor): { readonly shares: Tensor; readonly actual: Tensor; readonly predicted: Tensor } {
  const shares = ratio(cells, cells.sum());
  return { shares, actual: shares.sum(1), predicted: shares.sum(0) };
}
