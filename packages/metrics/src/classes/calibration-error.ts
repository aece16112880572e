import { onesLike, scatterAdd, type Tensor } from '@nablajs/tensor';
import { requireCount, requireOneOf } from '../base/config.ts';
import { Metric, type MetricOptions } from '../base/metric.ts';
import { classesOf, classNumbers, likePrediction } from '../base/truth.ts';
import { alignWeight, ratio } from '../base/weight.ts';

/** Config of {@link CalibrationError}. */
export interface CalibrationErrorConfig {
  /** Into how many bins of equal width probabilities are sorted. Default 15. */
  readonly numBins: number;
  /** The mean gap over samples, the root of its mean square, or the largest gap of all bins. Default `l1`. */
  readonly norm: 'l1' | 'l2' | 'max';
}

/** What falls into each bin. */
type Bins = { readonly confidence: Tensor; readonly hits: Tensor; readonly often: Tensor };

/**
 * How far probabilities are from how often they come true: in each bin, the gap between the mean probability and the share of
 * hits. One column is the probability of yes; of several the highest counts, and whether it is that of the true class. A bin
 * holds its lower bound; 1 belongs to the last. Guo et al., 2017, arXiv:1706.04599.
 */
export class CalibrationError extends Metric<CalibrationErrorConfig, Bins> {
  static override readonly type: string = 'CalibrationError';
  static override readonly defaults: object = { numBins: 15, norm: 'l1' };

  constructor(options: MetricOptions<CalibrationErrorConfig> = {}) {
    super(options);
    requireCount(this.type, 'numBins', this.config.numBins);
    requireOneOf(this.type, 'norm', this.config.norm, ['l1', 'l2', 'max']);
  }

  protected counts(truth: Tensor, prediction: Tensor, sampleWeight?: Tensor): Bins {
    const { numBins } = this.config;
    const isChoice = classesOf(prediction) > 1;
    const said = isChoice ? prediction.max(-1) : prediction;
    const hit = isChoice
      ? classNumbers(this.type, truth, prediction).equal(prediction.argMax(-1))
      : likePrediction(this.type, truth, prediction).cast('bool');
    const bin = said
      .mul(numBins)
      .floor()
      .clip(0, numBins - 1)
      .cast('int32')
      .flatten();
    const weight = (sampleWeight ? alignWeight(sampleWeight, said) : onesLike(said)).broadcastTo(said.shape);
    const sum = (values: Tensor): Tensor => scatterAdd(bin, values.flatten(), numBins);
    return { confidence: sum(weight.mul(said)), hits: sum(weight.mul(hit.cast('float32'))), often: sum(weight) };
  }

  protected combine({ confidence, hits, often }: Bins): Tensor {
    const gaps = ratio(confidence.sub(hits).abs(), often);
    const { norm } = this.config;
    if (norm === 'max') return gaps.max();
    const shares = ratio(often, often.sum());
    return norm === 'l1' ? shares.mul(gaps).sum() : shares.mul(gaps.square()).sum().sqrt();
  }
}
