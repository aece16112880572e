// What a name means beside a loss.
import type { HostMetric, Metric } from '../base/metric.ts';
import type { MetricType } from './names.ts';
import type { MetricClass } from './registry.ts';
import { SHORT_NAMES } from './short-names.ts';

/** The loss a metric is reported beside. */
export interface BesideLoss {
  readonly type?: string;
  readonly config: object;
}

/** A metric with the options that the loss beside it suggests. */
export function metricNamed(
  name: string,
  loss: BesideLoss | undefined,
  classOf: (type: string) => MetricClass,
): Metric | HostMetric {
  const type = isCrossentropy(name) ? crossentropyLike(loss) : (SHORT_NAMES[name] ?? name);
  const Class = classOf(type) as unknown as new (options: object) => Metric | HostMetric;
  const { defaults } = Class as unknown as { readonly defaults: object };
  const logits = (loss?.config as { fromLogits?: boolean } | undefined)?.fromLogits === true;
  const isAccuracy = (Class as unknown as MetricClass).type === 'Accuracy';
  return new Class({
    ...(type !== name && { name }),
    ...(logits && isAccuracy && { threshold: 0 }),
    ...(logits && 'fromLogits' in defaults && { fromLogits: true }),
  });
}

function isCrossentropy(name: string): boolean {
  return name === 'crossentropy' || name === 'ce';
}

function crossentropyLike(loss: BesideLoss | undefined): MetricType {
  if (loss?.type?.startsWith('Binary')) return 'BinaryCrossentropy';
  return loss?.type?.startsWith('Sparse') ? 'SparseCategoricalCrossentropy' : 'CategoricalCrossentropy';
}
