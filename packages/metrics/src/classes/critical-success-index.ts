import type { Tensor } from '@nablajs/tensor';
import { Metric, type MetricOptions } from '../base/metric.ts';
import { likePrediction } from '../base/truth.ts';
import { ratio, weightedSum } from '../base/weight.ts';

/** Config of {@link CriticalSuccessIndex}. */
export interface CriticalSuccessIndexConfig {
  /** Numbers from it on are an event. Default 0.5. */
  readonly threshold: number;
}

type Events = { readonly hits: Tensor; readonly either: Tensor };

/**
 * Of all events that were forecast or happened, the share that both were: `hits / (hits + misses + false alarms)`, where truth
 * and prediction are amounts and an event is one that reaches the threshold: `new CriticalSuccessIndex(2.5)`. 0 without events.
 */
export class CriticalSuccessIndex extends Metric<CriticalSuccessIndexConfig, Events> {
  static override readonly type: string = 'CriticalSuccessIndex';
  static override readonly defaults: object = { threshold: 0.5 };

  constructor(
    threshold: number | MetricOptions<CriticalSuccessIndexConfig> = {},
    options: { readonly name?: string } = {},
  ) {
    super(typeof threshold === 'number' ? { ...options, threshold } : threshold);
  }

  protected counts(truth: Tensor, prediction: Tensor, sampleWeight?: Tensor): Events {
    const isEvent = (amount: Tensor): Tensor => amount.greaterEqual(this.config.threshold);
    const [was, said] = [isEvent(likePrediction(this.type, truth, prediction)), isEvent(prediction)];
    return {
      hits: weightedSum(was.logicalAnd(said), sampleWeight),
      either: weightedSum(was.logicalOr(said), sampleWeight),
    };
  }

  protected combine({ hits, either }: Events): Tensor {
    return ratio(hits, either);
  }
}
