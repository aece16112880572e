// Counting pairs of true and predicted classes.
import { ConfigError, isFloat, onesLike, scatterAdd, type Tensor } from '@nablajs/tensor';
import { requireCount } from './config.ts';
import { Metric, type MetricOptions } from './metric.ts';
import { classesOf, classNumbers, likePrediction } from './truth.ts';
import { alignWeight } from './weight.ts';

/** The counts of pairs, `[true classes, predicted classes]`. */
export type Cells = { readonly cells: Tensor };

/** How often each class was taken for each, int32 or, with weights, float32. Labels outside of the classes are not counted. */
export function cellsOf(actual: Tensor, predicted: Tensor, classes: number, sampleWeight?: Tensor): Tensor {
  const [rows, columns] = [actual.flatten(), predicted.flatten()];
  const inside = isClass(rows, classes).logicalAnd(isClass(columns, classes));
  const cell = inside.where(rows.mul(classes).add(columns), classes * classes);
  const weights = sampleWeight && alignWeight(sampleWeight, actual).broadcastTo(actual.shape).flatten();
  return scatterAdd(cell, weights ?? onesLike(cell), classes * classes).reshape([classes, classes]);
}

function isClass(labels: Tensor, classes: number): Tensor {
  return labels.greaterEqual(0).logicalAnd(labels.less(classes));
}

/** Config of metrics of classes. */
export interface MatrixConfig {
  /** Default `null`: the columns of the prediction, 2 for a yes-or-no decision. Needed for predictions that are labels. */
  readonly numClasses: number | null;
  /** For yes-or-no decisions: predictions above it say yes. Default 0.5. */
  readonly threshold: number;
}

/** A metric that follows from how often each class was taken for each. */
export abstract class MatrixMetric<Config extends MatrixConfig = MatrixConfig> extends Metric<Config, Cells> {
  static override readonly defaults: object = { numClasses: null, threshold: 0.5 };

  constructor(options?: MetricOptions<Config>) {
    super(options);
    if (this.config.numClasses !== null) requireCount(this.type, 'numClasses', this.config.numClasses);
  }

  protected counts(truth: Tensor, prediction: Tensor, sampleWeight?: Tensor): Cells {
    const { actual, predicted } = this.#classes(truth, prediction);
    return { cells: cellsOf(actual, predicted, this.#count(prediction), sampleWeight) };
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

/** The diagonal of a square matrix: what was right, by class. */
export function rightOf(cells: Tensor): Tensor {
  const classes = cells.shape[0]!;
  return cells.flatten().slice([0], [classes], [classes + 1]);
}
