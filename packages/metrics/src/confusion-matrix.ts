import { ConfigError, isFloat, onesLike, scatterAdd, type Tensor } from '@nablajs/tensor';
import { requireCount, requireOneOf } from './config.ts';
import { Metric, type MetricOptions } from './metric.ts';
import { classesOf, classNumbers, likePrediction } from './truth.ts';
import { alignWeight, ratio } from './weight.ts';

/** Config of {@link ConfusionMatrix}. */
export interface ConfusionMatrixConfig {
  /** Default `null`: the columns of the prediction, 2 for a yes-or-no decision. Needed for predictions that are labels. */
  readonly numClasses: number | null;
  /** For yes-or-no decisions: predictions above it say yes. Default 0.5. */
  readonly threshold: number;
  /** Shares instead of counts: of each true class, of each predicted class, or of all. Default `null`: counts. */
  readonly normalize: 'truth' | 'prediction' | 'all' | null;
}

type Cells = { readonly cells: Tensor };

/**
 * How often each class was taken for each: `[classes, classes]`, one row per true class, one column per predicted class.
 * Labels outside the classes are not counted.
 */
export class ConfusionMatrix extends Metric<ConfusionMatrixConfig, Cells> {
  static override readonly type: string = 'ConfusionMatrix';
  static override readonly defaults: object = { numClasses: null, threshold: 0.5, normalize: null };

  constructor(options: MetricOptions<ConfusionMatrixConfig> = {}) {
    super(options);
    if (this.config.numClasses !== null) requireCount(this.type, 'numClasses', this.config.numClasses);
    requireOneOf(this.type, 'normalize', this.config.normalize, [null, 'truth', 'prediction', 'all']);
  }

  protected counts(truth: Tensor, prediction: Tensor, sampleWeight?: Tensor): Cells {
    const { actual, predicted } = this.#classes(truth, prediction);
    const count = this.#count(prediction);
    const [rows, columns] = [actual.flatten(), predicted.flatten()];
    const inside = isClass(rows, count).logicalAnd(isClass(columns, count));
    const cell = inside.where(rows.mul(count).add(columns), count * count);
    const weights = sampleWeight && alignWeight(sampleWeight, actual).broadcastTo(actual.shape).flatten();
    return { cells: scatterAdd(cell, weights ?? onesLike(cell), count * count).reshape([count, count]) };
  }

  protected combine({ cells }: Cells): Tensor {
    const { normalize } = this.config;
    if (normalize === null) return cells;
    const axes = normalize === 'truth' ? 1 : normalize === 'prediction' ? 0 : undefined;
    return ratio(cells, cells.sum(axes, { keepDims: true }));
  }

  #classes(truth: Tensor, prediction: Tensor): { actual: Tensor; predicted: Tensor } {
    if (isFloat(prediction.dtype) && classesOf(prediction) > 1) {
      return { actual: classNumbers(this.type, truth, prediction), predicted: prediction.argMax(-1) };
    }
    const labels = isFloat(prediction.dtype) ? prediction.greater(this.config.threshold) : prediction;
    return { actual: likePrediction(this.type, truth, prediction).cast('int32'), predicted: labels.cast('int32') };
  }

  #count(prediction: Tensor): number {
    if (this.config.numClasses !== null) return this.config.numClasses;
    if (isFloat(prediction.dtype)) return Math.max(2, classesOf(prediction));
    throw new ConfigError(
      `${this.type}: predictions that are labels do not tell how many classes there are. Give numClasses.`,
    );
  }
}

function isClass(labels: Tensor, count: number): Tensor {
  return labels.greaterEqual(0).logicalAnd(labels.less(count));
}
