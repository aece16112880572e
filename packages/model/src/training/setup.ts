import { type Loss, lossFrom } from '@nablajs/losses';
import { metricFrom } from '@nablajs/metrics';
import { LossScaleOptimizer, type Optimizer, optimizerFrom } from '@nablajs/optimizers';
import { type GivenCompilation, mapLosses, type TrainingSetup } from './compilation.ts';

/** What the names in a compilation stand for: a module of its own, since it knows all optimizers, losses and metrics. */
export function setupOf({ optimizer, loss, precision }: GivenCompilation): TrainingSetup {
  const chosen = optimizerFrom(optimizer);
  return {
    optimizer: precision === 'float32' || scalesLoss(chosen) ? chosen : new LossScaleOptimizer(chosen),
    precision,
    loss: mapLosses(loss, (each): Loss => lossFrom(each)),
    metricFrom: (metric, beside) => metricFrom(metric, undefined, undefined, beside ?? undefined),
  };
}

function scalesLoss(optimizer: Optimizer): boolean {
  return optimizer instanceof LossScaleOptimizer || optimizer.config.lossScaleFactor !== null;
}
