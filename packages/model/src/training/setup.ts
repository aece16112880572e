import { type Loss, lossFrom } from '@nablajs/losses';
import { metricFrom } from '@nablajs/metrics';
import { Optimizer, type OptimizerInput, optimizerNamed } from '@nablajs/optimizers';
import type { ComputePrecision } from '@nablajs/tensor';
import { type GivenCompilation, mapLosses, type TrainingSetup } from './compilation.ts';

/** What the names in a compilation stand for: a module of its own, since it knows all optimizers, losses and metrics. */
export async function setupOf({ optimizer, loss, precision }: GivenCompilation): Promise<TrainingSetup> {
  return {
    optimizer: await scaled(await optimizerOf(optimizer), precision),
    precision,
    loss: mapLosses(loss, (each): Loss => lossFrom(each)),
    metricFrom: (metric, beside) => metricFrom(metric, undefined, undefined, beside ?? undefined),
  };
}

async function optimizerOf(input: OptimizerInput): Promise<Optimizer> {
  if (input instanceof Optimizer) return input;
  if (typeof input === 'string') return optimizerNamed(input);
  // JSON may have schedules inside.
  const { optimizerFrom } = await import('./revive.ts');
  return optimizerFrom(input);
}

/** Half precision needs a scaled loss. */
async function scaled(optimizer: Optimizer, precision: ComputePrecision): Promise<Optimizer> {
  if (precision === 'float32' || optimizer.config.lossScaleFactor !== null) return optimizer;
  const { LossScaleOptimizer } = await import('./revive.ts');
  return optimizer instanceof LossScaleOptimizer ? optimizer : new LossScaleOptimizer(optimizer);
}
