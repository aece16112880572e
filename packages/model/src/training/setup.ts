import { type Loss, type LossInput, loadLoss } from '@nablajs/losses';
import { loadMetrics, type MetricInput } from '@nablajs/metrics';
import { loadOptimizer, type Optimizer, type OptimizerInput } from '@nablajs/optimizers';
import type { ComputePrecision } from '@nablajs/tensor';
import type { GivenCompilation, mapLosses, TrainingSetup } from './compilation.ts';

/** What the names in a compilation stand for: a module of its own, since it knows where every optimizer, loss and metric is. */
export async function setupOf(
  { optimizer, loss, precision }: GivenCompilation,
  losses: readonly LossInput[],
  metrics: readonly MetricInput[],
  map: typeof mapLosses,
): Promise<TrainingSetup> {
  const names = metrics.filter((metric) => typeof metric === 'string');
  const [chosen, made, metricNamed] = await Promise.all([
    optimizerOf(optimizer),
    Promise.all(losses.map(async (each): Promise<[LossInput, Loss]> => [each, await loadLoss(each)])),
    loadMetrics(names),
  ]);
  const lossOf = new Map(made);
  return {
    optimizer: await scaled(chosen, precision),
    precision,
    loss: map(loss, (each): Loss => lossOf.get(each)!),
    metricFrom: (metric, beside) => (typeof metric === 'string' ? metricNamed(metric, beside ?? undefined) : metric),
  };
}

async function optimizerOf(input: OptimizerInput): Promise<Optimizer> {
  if (typeof input === 'string') return loadOptimizer(input);
  if ('toJSON' in input) return input;
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
