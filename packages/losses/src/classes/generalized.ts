import { ConfigError, type HostArray, type Spec, type Tensor } from '@nablajs/tensor';
import { Loss, type LossConfig } from '../base/loss.ts';
import { requireClassNumbers } from './class-numbers.ts';
import { classAxis, classesAlong, numbersOf, oneHotLike } from './classes.ts';

/**
 * `(1 - prediction[truth]^q) / q` of each sample, for truth given as class numbers and predictions as probabilities: between
 * the crossentropy (`q` near 0) and the absolute error (`q` 1), so that wrong labels pull less. `[...]`, `[..., classes]` -> `[...]`.
 * Zhang and Sabuncu, 2018, arXiv:1805.07836.
 * @throws ShapeError when the shapes do not go together
 */
export function categoricalGeneralizedCrossEntropy(truth: Tensor, prediction: Tensor, q: number = 0.5): Tensor {
  return generalized('categoricalGeneralizedCrossEntropy', truth, prediction, q);
}

function generalized(name: string, truth: Tensor, prediction: Tensor, q: number): Tensor {
  if (!(q > 0 && q < 1)) throw new ConfigError(`${name}: q must be above 0 and below 1, got ${q}.`);
  const axis = classAxis(name, prediction, -1);
  classesAlong(name, prediction, axis);
  const labels = oneHotLike(numbersOf(name, truth, prediction, axis), prediction, axis);
  return prediction.mul(labels).sum(-1).pow(q).neg().add(1).div(q);
}

/** Config of {@link CategoricalGeneralizedCrossEntropy}. */
export interface CategoricalGeneralizedCrossEntropyConfig extends LossConfig {
  /** Above 0 to below 1, default 0.5. */
  readonly q: number;
}

/** {@link categoricalGeneralizedCrossEntropy} as a loss: for labels some of which are wrong. */
export class CategoricalGeneralizedCrossEntropy extends Loss<CategoricalGeneralizedCrossEntropyConfig> {
  static override readonly type: string = 'CategoricalGeneralizedCrossEntropy';
  static override readonly defaults: object = { q: 0.5 };

  constructor(options: Partial<CategoricalGeneralizedCrossEntropyConfig> = {}) {
    super(options);
    const { q } = this.config;
    if (!(q > 0 && q < 1)) throw new ConfigError(`${this.type}: q must be above 0 and below 1, got ${q}.`);
  }

  call(truth: Tensor, prediction: Tensor): Tensor {
    return generalized(this.type, truth, prediction, this.config.q);
  }

  override checkLabels(labels: HostArray, truth: Spec, prediction: Spec): void {
    requireClassNumbers(this.type, labels, truth, prediction.shape.at(-1) ?? 0);
  }
}
