import { lossFrom } from '@nablajs/losses';
import { metricFrom } from '@nablajs/metrics';
import { LossScaleOptimizer, type Optimizer, optimizerFrom } from '@nablajs/optimizers';
import type { CompileModelOptions, TrainingSetup } from './compilation.ts';

/** What the names in a compilation stand for: a module of its own, since it knows all optimizers, losses and metrics. */
export function setupOf({ optimizer, loss, metrics, precision }: Required<CompileModelOptions>): TrainingSetup {
  const made = lossFrom(loss);
  const chosen = optimizerFrom(optimizer);
  return {
    optimizer: precision === 'float32' || scalesLoss(chosen) ? chosen : new LossScaleOptimizer(chosen),
    precision,
    loss: made,
    metrics: metrics.map((metric) => metricFrom(metric, undefined, undefined, made)),
  };
}

function scalesLoss(optimizer: Optimizer): boolean {
  return optimizer instanceof LossScaleOptimizer || optimizer.config.lossScaleFactor !== null;
}
