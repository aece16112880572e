import { Metric, ratio, type Tensor, weightedCount, weightedSum } from 'nablajs';

/** Configuration of {@link Within}. */
export interface WithinConfig {
  /** Default 0.1. */
  readonly tolerance: number;
}

type WithinSums = { readonly near: Tensor; readonly all: Tensor };

/** The share of predictions that are as near to the truth as they need to be. */
export class Within extends Metric<WithinConfig, WithinSums> {
  static override readonly type: string = 'acme/Within';
  static override readonly defaults: object = { tolerance: 0.1 };

  protected counts(truth: Tensor, prediction: Tensor, sampleWeight?: Tensor): WithinSums {
    const near = truth.sub(prediction).abs().lessEqual(this.config.tolerance).cast('int32');
    return { near: weightedSum(near, sampleWeight), all: weightedCount(near, sampleWeight) };
  }

  protected combine({ near, all }: WithinSums): Tensor {
    return ratio(near, all);
  }
}
