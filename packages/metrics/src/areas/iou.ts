// Intersection over union, for segmentation: how well areas of each class cover each other.
import { ConfigError, fromData, gather, type Tensor } from '@nablajs/tensor';
import { requireCount } from '../base/config.ts';
import { type Cells, cellsOf, rightOf } from '../base/matrix.ts';
import { Metric, type MetricOptions } from '../base/metric.ts';
import { likePrediction, mismatch } from '../base/truth.ts';
import { ratio } from '../base/weight.ts';

/** Config of {@link IoU}. */
export interface IoUConfig {
  /** How many classes there are, numbered from 0. It must be given. */
  readonly numClasses: number;
  /** The classes whose mean is taken. Default `null`: all. */
  readonly targetClassIds: readonly number[] | null;
  /** What is labelled so is not counted. Default `null`. */
  readonly ignoreClass: number | null;
  /** Truth holds class numbers, not one-hot rows. Default `true`. */
  readonly sparseYTrue: boolean;
  /** Predictions are class numbers, not scores per class. Default `true`. */
  readonly sparseYPred: boolean;
  /** The axis of the classes, where they have one. Default -1. */
  readonly axis: number;
}

/**
 * `hits / (hits + missed + wrong)`, averaged over the target classes that occur or are predicted: `new IoU(3, [1, 2])`.
 * Class numbers of any one shape on both sides, or scores along `axis` with `sparseYPred: false`.
 */
export class IoU extends Metric<IoUConfig, Cells> {
  static override readonly type: string = 'IoU';
  static override readonly defaults: object = {
    numClasses: null,
    targetClassIds: null,
    ignoreClass: null,
    sparseYTrue: true,
    sparseYPred: true,
    axis: -1,
  };

  constructor(
    numClasses: number | MetricOptions<IoUConfig>,
    targetClassIds?: readonly number[],
    options: MetricOptions<IoUConfig> = {},
  ) {
    super(typeof numClasses === 'number' ? given({ ...options, numClasses }, targetClassIds) : numClasses);
    const { numClasses: classes, targetClassIds: targets } = this.config;
    requireCount(this.type, 'numClasses', classes);
    const wrong = targets?.find((target) => !Number.isInteger(target) || target < 0 || target >= classes);
    if (wrong === undefined) return;
    throw new ConfigError(
      `${this.type}: target class ${wrong} is outside the ${classes} classes, 0 to ${classes - 1}.`,
    );
  }

  protected counts(truth: Tensor, prediction: Tensor, sampleWeight?: Tensor): Cells {
    const { numClasses, ignoreClass, sparseYTrue, sparseYPred, axis } = this.config;
    const predicted = this.labelsOf(sparseYPred ? prediction : prediction.argMax(axis));
    const classes = sparseYTrue ? truth : truth.argMax(axis);
    if (classes.size !== predicted.size) {
      const cure = sparseYPred
        ? 'Predictions are taken for class numbers; for scores per class set sparseYPred: false.'
        : 'Give one class number per place, or one-hot rows with sparseYTrue: false.';
      throw mismatch(this.type, truth, prediction, cure);
    }
    const actual = likePrediction(this.type, classes, predicted).cast('int32');
    const counted = ignoreClass === null ? actual : actual.equal(ignoreClass).where(-1, actual);
    return { cells: cellsOf(counted, predicted, numClasses, sampleWeight) };
  }

  /** Predicted class numbers, int32. */
  protected labelsOf(prediction: Tensor): Tensor {
    return prediction.cast('int32');
  }

  protected combine({ cells }: Cells): Tensor {
    const hits = rightOf(cells);
    const either = cells.sum(0).add(cells.sum(1)).sub(hits);
    const scores = ratio(hits, either);
    const exists = either.greater(0).cast('float32');
    return ratio(this.#target(scores).sum(), this.#target(exists).sum());
  }

  #target(values: Tensor): Tensor {
    const { targetClassIds } = this.config;
    return targetClassIds === null ? values : gather(values, fromData(Int32Array.from(targetClassIds)), 0);
  }
}

function given(
  options: MetricOptions<IoUConfig>,
  targetClassIds: readonly number[] | undefined,
): MetricOptions<IoUConfig> {
  return targetClassIds ? { ...options, targetClassIds } : options;
}

/** {@link IoU} of all classes: `new MeanIoU(3)`. */
export class MeanIoU extends IoU {
  static override readonly type: string = 'MeanIoU';

  constructor(numClasses: number | MetricOptions<IoUConfig>, options: MetricOptions<IoUConfig> = {}) {
    super(typeof numClasses === 'number' ? { ...options, numClasses } : numClasses);
  }
}

/** {@link IoU} of one-hot truth and scores per class: `new OneHotIoU(3, [1, 2])`. */
export class OneHotIoU extends IoU {
  static override readonly type: string = 'OneHotIoU';
  static override readonly defaults: object = { ...IoU.defaults, sparseYTrue: false, sparseYPred: false };
}

/** {@link MeanIoU} of one-hot truth and scores per class: `new OneHotMeanIoU(3)`. */
export class OneHotMeanIoU extends MeanIoU {
  static override readonly type: string = 'OneHotMeanIoU';
  static override readonly defaults: object = { ...IoU.defaults, sparseYTrue: false, sparseYPred: false };
}

/** Config of {@link BinaryIoU}. */
export interface BinaryIoUConfig extends IoUConfig {
  /** Predictions from it on say yes. Default 0.5. */
  readonly threshold: number;
}

/** {@link IoU} of what is there and what is not, from probabilities: the mean of classes 0 and 1, or of `targetClassIds`. */
export class BinaryIoU extends IoU {
  static override readonly type: string = 'BinaryIoU';
  static override readonly defaults: object = {
    ...IoU.defaults,
    numClasses: 2,
    targetClassIds: [0, 1],
    threshold: 0.5,
  };

  constructor(options: MetricOptions<BinaryIoUConfig> = {}) {
    super(options);
  }

  protected override labelsOf(prediction: Tensor): Tensor {
    return prediction.greaterEqual((this.config as BinaryIoUConfig).threshold).cast('int32');
  }
}
