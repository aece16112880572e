import { lossFrom } from '@nablajs/losses';
import { metricFrom } from '@nablajs/metrics';
import { optimizerFrom } from '@nablajs/optimizers';
import type { CompileModelOptions, TrainingSetup } from './compilation.ts';

/** What the names in a compilation stand for: a module of its own, since it knows all optimizers, losses and metrics. */
export function setupOf({ optimizer, loss, metrics }: Required<CompileModelOptions>): TrainingSetup {
  const made = lossFrom(loss);
  return {
    optimizer: optimizerFrom(optimizer),
    loss: made,
    metrics: metrics.map((metric) => metricFrom(metric, undefined, undefined, made)),
  };
}
