import { HostMetric } from '@nablajs/metrics';
import type { Tensor } from '@nablajs/tensor';
import type { Logs } from '../callbacks/callback.ts';
import type { StepBatch, Steps } from './steps.ts';

/** The loss and all metrics as they stand, read from the backend. Metrics with more than one number are left out. */
export async function readLogs(steps: Steps): Promise<Record<string, number>> {
  const results = await steps.results();
  const logs: Record<string, number> = {};
  for (const [name, value] of Object.entries(results)) {
    if (value.size === 1) logs[name] = await value.item();
    // Freed at once: small values never make the collector look.
    value[Symbol.dispose]();
  }
  for (const metric of steps.setup.metrics) {
    if (!(metric instanceof HostMetric)) continue;
    const value = metric.resultHost();
    if (typeof value === 'number') logs[metric.name] = value;
  }
  return logs;
}

/** Hands a batch's predictions to the metrics that work on the host. */
export async function feedHostMetrics(
  { setup }: Steps,
  { y, sampleWeight }: StepBatch,
  prediction: Tensor | undefined,
): Promise<void> {
  if (!prediction) return;
  const [truth, predicted, weights] = await Promise.all([y.data(), prediction.data(), sampleWeight?.data()]);
  for (const metric of setup.metrics) {
    if (metric instanceof HostMetric)
      metric.updateHost(truth, predicted, { truth: y.spec, prediction: prediction.spec }, weights);
  }
}

/** `loss` → `valLoss`. */
export function validationName(name: string): string {
  return `val${name[0]!.toUpperCase()}${name.slice(1)}`;
}

/** Logs under their validation names. */
export function asValidation(logs: Logs): Record<string, number> {
  return Object.fromEntries(Object.entries(logs).map(([name, value]) => [validationName(name), value]));
}
