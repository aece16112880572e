import { HostMetric } from '@nablajs/metrics';
import type { Tensor } from '@nablajs/tensor';
import type { Logs } from '../callbacks/callback.ts';
import type { StepBatch, Steps } from './steps.ts';

/** What was counted in a phase, read from the backend. Metrics with more than one number are left out. */
export async function readLogs(steps: Steps, phase: 'train' | 'test'): Promise<Record<string, number>> {
  const results = await steps.results(phase);
  const logs: Record<string, number> = {};
  for (const [name, value] of Object.entries(results)) {
    if (value.size === 1) logs[name] = await value.item();
    // Freed at once: small values never make the collector look.
    value[Symbol.dispose]();
  }
  for (const { metrics } of steps.objectives) {
    for (const { key, metric } of metrics) {
      if (!(metric instanceof HostMetric)) continue;
      const value = metric.resultHost();
      if (typeof value === 'number') logs[key] = value;
    }
  }
  return logs;
}

/** Hands a batch's predictions to the metrics that work on the host. */
export async function feedHostMetrics(
  { objectives }: Steps,
  { y }: StepBatch,
  {
    predictions,
    weights = [],
  }: { readonly predictions?: readonly Tensor[]; readonly weights?: readonly (Tensor | null)[] },
): Promise<void> {
  if (!predictions) return;
  let at = 0;
  for (const [i, { metrics }] of objectives.entries()) {
    const onHost = metrics.filter(({ metric }) => metric instanceof HostMetric);
    const truth = y[i];
    const prediction = predictions[i]!;
    if (onHost.length === 0 || !truth) continue;
    const [truthData, data] = await Promise.all([truth.data(), prediction.data()]);
    for (const { metric } of onHost) {
      const specs = { truth: truth.spec, prediction: prediction.spec };
      (metric as HostMetric).updateHost(truthData, data, specs, await weights[at++]?.data());
    }
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
