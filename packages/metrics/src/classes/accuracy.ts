import { isFloat, sameShape, type Tensor, takeAlongAxis } from '@nablajs/tensor';
import { requireCount } from '../base/config.ts';
import { MeanMetric } from '../base/mean.ts';
import type { MetricOptions } from '../base/metric.ts';
import { classesOf, classNumbers, isSparse, likePrediction, mismatch } from '../base/truth.ts';

/** Config of {@link Accuracy} and {@link BinaryAccuracy}. */
export interface ThresholdConfig {
  /** Predictions above it say yes. Default 0.5; for logits use 0. */
  readonly threshold: number;
}

/**
 * The share of right predictions. The shapes say how predictions are meant, as for Keras' name `accuracy`: one column (or
 * none) is a yes-or-no decision, several with class numbers or one-hot rows as truth choose the class with the highest
 * score. Whole-number predictions are labels themselves.
 */
export class Accuracy extends MeanMetric<ThresholdConfig> {
  static override readonly type: string = 'Accuracy';
  static override readonly defaults: object = { threshold: 0.5 };

  protected values(truth: Tensor, prediction: Tensor): Tensor {
    if (!isFloat(prediction.dtype)) return likePrediction(this.type, truth, prediction).equal(prediction);
    if (classesOf(prediction) > 1) return chosenRight(this.type, truth, prediction);
    return decidedRight(this.type, truth, prediction, this.config.threshold);
  }
}

/** The share of right yes-or-no decisions, each column counted by itself. Labels are 0 and 1. */
export class BinaryAccuracy extends MeanMetric<ThresholdConfig> {
  static override readonly type: string = 'BinaryAccuracy';
  static override readonly defaults: object = { threshold: 0.5 };

  protected values(truth: Tensor, prediction: Tensor): Tensor {
    return decidedRight(this.type, truth, prediction, this.config.threshold);
  }
}

/** The share of samples whose highest score is that of the true class; truth as one-hot rows. */
export class CategoricalAccuracy extends MeanMetric {
  static override readonly type: string = 'CategoricalAccuracy';

  protected values(truth: Tensor, prediction: Tensor): Tensor {
    requireOneHot(this.type, truth, prediction, 'SparseCategoricalAccuracy');
    return chosenRight(this.type, truth, prediction);
  }
}

/** The share of samples whose highest score is that of the true class; truth as class numbers `[...]` or `[..., 1]`. */
export class SparseCategoricalAccuracy extends MeanMetric {
  static override readonly type: string = 'SparseCategoricalAccuracy';

  protected values(truth: Tensor, prediction: Tensor): Tensor {
    requireSparse(this.type, truth, prediction, 'CategoricalAccuracy');
    return chosenRight(this.type, truth, prediction);
  }
}

/** Config of {@link TopKCategoricalAccuracy} and {@link SparseTopKCategoricalAccuracy}. */
export interface TopKConfig {
  /** How many guesses count. Default 5. */
  readonly k: number;
}

abstract class TopK extends MeanMetric<TopKConfig> {
  static override readonly defaults: object = { k: 5 };

  constructor(options: MetricOptions<TopKConfig> = {}) {
    super(options);
    requireCount(this.type, 'k', this.config.k);
  }

  protected amongBest(truth: Tensor, prediction: Tensor): Tensor {
    const numbers = classNumbers(this.type, truth, prediction).expandDims(-1);
    const score = takeAlongAxis(prediction, numbers, -1);
    const better = prediction.greater(score).sum(-1);
    // Nothing is better than NaN; and a class that does not exist is never guessed.
    const counts = score
      .isNaN()
      .logicalOr(numbers.less(0))
      .logicalOr(numbers.greaterEqual(classesOf(prediction)));
    return better.less(this.config.k).logicalAnd(counts.logicalNot().squeeze(-1));
  }
}

/** The share of samples whose true class is among the `k` highest scores; truth as one-hot rows. Ties count as hits. */
export class TopKCategoricalAccuracy extends TopK {
  static override readonly type: string = 'TopKCategoricalAccuracy';

  protected values(truth: Tensor, prediction: Tensor): Tensor {
    requireOneHot(this.type, truth, prediction, 'SparseTopKCategoricalAccuracy');
    return this.amongBest(truth, prediction);
  }
}

/** {@link TopKCategoricalAccuracy} for truth as class numbers `[...]` or `[..., 1]`. */
export class SparseTopKCategoricalAccuracy extends TopK {
  static override readonly type: string = 'SparseTopKCategoricalAccuracy';

  protected values(truth: Tensor, prediction: Tensor): Tensor {
    requireSparse(this.type, truth, prediction, 'TopKCategoricalAccuracy');
    return this.amongBest(truth, prediction);
  }
}

function decidedRight(name: string, truth: Tensor, prediction: Tensor, threshold: number): Tensor {
  return likePrediction(name, truth, prediction).cast('float32').equal(prediction.greater(threshold).cast('float32'));
}

function chosenRight(name: string, truth: Tensor, prediction: Tensor): Tensor {
  return classNumbers(name, truth, prediction).equal(prediction.argMax(-1));
}

function requireOneHot(name: string, truth: Tensor, prediction: Tensor, other: string): void {
  if (sameShape(truth.shape, prediction.shape)) return;
  throw mismatch(name, truth, prediction, `Each sample needs one number per class; for class numbers use ${other}.`);
}

function requireSparse(name: string, truth: Tensor, prediction: Tensor, other: string): void {
  if (isSparse(truth, prediction)) return;
  throw mismatch(name, truth, prediction, `Each sample needs one class number; for one-hot rows use ${other}.`);
}
