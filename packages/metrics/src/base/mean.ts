import type { Tensor, Variable } from '@nablajs/tensor';
import { Metric, MetricBase } from './metric.ts';
import { Tally } from './tally.ts';
import { ratio, weightedCount, weightedSum } from './weight.ts';

/** The sums behind a mean. */
export type MeanSums = { readonly total: Tensor; readonly count: Tensor };

/**
 * A metric that is the mean of a value per sample, or per element.
 * @example
 * class Overshoot extends MeanMetric {
 *   static override readonly type: string = 'acme/Overshoot';
 *   protected values(truth: Tensor, prediction: Tensor): Tensor {
 *     return prediction.greater(truth);
 *   }
 * }
 */
export abstract class MeanMetric<Config extends object = object> extends Metric<Config, MeanSums> {
  /** What is averaged: numbers, or bool for the share of what is true. The batch axis comes first. */
  protected abstract values(truth: Tensor, prediction: Tensor): Tensor;

  protected counts(truth: Tensor, prediction: Tensor, sampleWeight?: Tensor): MeanSums {
    const values = this.values(truth, prediction);
    return { total: weightedSum(values, sampleWeight), count: weightedCount(values, sampleWeight) };
  }

  protected combine({ total, count }: MeanSums): Tensor {
    return ratio(total, count);
  }
}

/** The mean of whatever it is given: losses, times, norms. */
export class Mean extends MetricBase {
  static override readonly type: string = 'Mean';

  readonly #total = new Tally(`${this.name}/total`, []);
  readonly #count = new Tally(`${this.name}/count`, []);

  /** Adds all elements of a tensor, each with weight 1 or that of its sample. */
  update(values: Tensor, sampleWeight?: Tensor): void {
    this.#total.add(weightedSum(values, sampleWeight));
    this.#count.add(weightedCount(values, sampleWeight));
  }

  /** The mean so far; 0 of nothing. */
  result(): Tensor {
    return ratio(this.#total.value, this.#count.value);
  }

  reset(): void {
    this.#total.reset();
    this.#count.reset();
  }

  /** All state. */
  get variables(): readonly Variable[] {
    return [...this.#total.variables, ...this.#count.variables];
  }
}

/** The sum of whatever it is given. */
export class Sum extends MetricBase {
  static override readonly type: string = 'Sum';

  readonly #total = new Tally(`${this.name}/total`, []);

  /** Adds all elements of a tensor, each with weight 1 or that of its sample. */
  update(values: Tensor, sampleWeight?: Tensor): void {
    this.#total.add(weightedSum(values, sampleWeight));
  }

  /** The sum so far. */
  result(): Tensor {
    return this.#total.value;
  }

  reset(): void {
    this.#total.reset();
  }

  /** All state. */
  get variables(): readonly Variable[] {
    return this.#total.variables;
  }
}
