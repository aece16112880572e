// Shares of decisions.
import type { Tensor } from '@nablajs/tensor';
import { ratio } from '../base/weight.ts';
import { DecisionMetric } from './thresholds.ts';

type HitSums = { readonly hits: Tensor; readonly of: Tensor };

abstract class Share extends DecisionMetric<HitSums> {
  protected combine({ hits, of }: HitSums): Tensor {
    return ratio(hits, of);
  }
}

/** The share of what was said to be true that is: true positives / predicted positives. 0 when nothing was said. */
export class Precision extends Share {
  static override readonly type: string = 'Precision';

  protected counted(said: Tensor, truth: Tensor, sum: (which: Tensor) => Tensor): HitSums {
    return { hits: sum(said.logicalAnd(truth)), of: sum(said) };
  }
}

/** The share of what is true that was said to be: true positives / actual positives. 0 when nothing is true. */
export class Recall extends Share {
  static override readonly type: string = 'Recall';

  protected counted(said: Tensor, truth: Tensor, sum: (which: Tensor) => Tensor): HitSums {
    return { hits: sum(said.logicalAnd(truth)), of: sum(truth) };
  }
}

/** The share of what is false that was said to be: true negatives / actual negatives. 0 when nothing is false. */
export class Specificity extends Share {
  static override readonly type: string = 'Specificity';

  protected counted(said: Tensor, truth: Tensor, sum: (which: Tensor) => Tensor): HitSums {
    const isFalse = truth.logicalNot();
    return { hits: sum(said.logicalNot().logicalAnd(isFalse)), of: sum(isFalse) };
  }
}

/** The share of what was said to be false that is: true negatives / predicted negatives. 0 when nothing was. */
export class NegativePredictiveValue extends Share {
  static override readonly type: string = 'NegativePredictiveValue';

  protected counted(said: Tensor, truth: Tensor, sum: (which: Tensor) => Tensor): HitSums {
    const denied = said.logicalNot();
    return { hits: sum(denied.logicalAnd(truth.logicalNot())), of: sum(denied) };
  }
}

type Count = { readonly count: Tensor };

abstract class Counter extends DecisionMetric<Count> {
  protected abstract which(said: Tensor, truth: Tensor): Tensor;

  protected counted(said: Tensor, truth: Tensor, sum: (which: Tensor) => Tensor): Count {
    return { count: sum(this.which(said, truth)) };
  }

  protected combine({ count }: Count): Tensor {
    return count;
  }
}

/** How often yes was said and is true. */
export class TruePositives extends Counter {
  static override readonly type: string = 'TruePositives';

  protected which(said: Tensor, truth: Tensor): Tensor {
    return said.logicalAnd(truth);
  }
}

/** How often no was said and is true. */
export class TrueNegatives extends Counter {
  static override readonly type: string = 'TrueNegatives';

  protected which(said: Tensor, truth: Tensor): Tensor {
    return said.logicalOr(truth).logicalNot();
  }
}

/** How often yes was said and is false. */
export class FalsePositives extends Counter {
  static override readonly type: string = 'FalsePositives';

  protected which(said: Tensor, truth: Tensor): Tensor {
    return said.logicalAnd(truth.logicalNot());
  }
}

/** How often no was said and is false. */
export class FalseNegatives extends Counter {
  static override readonly type: string = 'FalseNegatives';

  protected which(said: Tensor, truth: Tensor): Tensor {
    return said.logicalNot().logicalAnd(truth);
  }
}
