import type { HostMetric, HostSpecs, Metric } from '@nablajs/metrics';
import type { HostArray, Tensor } from '@nablajs/tensor';
import type { Logs } from '../callbacks/callback.ts';
import type { StepBatch, Steps } from './steps.ts';

/** True for a metric that works on the host. Told by what it does, so that no metric is fetched for the question. */
export function isOnHost(metric: Metric | HostMetric): metric is HostMetric {
  return 'updateHost' in metric;
}

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
      if (!isOnHost(metric)) continue;
      const value = metric.resultHost();
      if (typeof value === 'number') logs[key] = value;
    }
  }
  return logs;
}

/** What metrics on the host were given for one output of a batch; weights are those of each of them. */
export interface HostBatch {
  readonly output: number;
  readonly truth: HostArray;
  readonly prediction: HostArray;
  readonly specs: HostSpecs;
  readonly weights: readonly (HostArray | undefined)[];
}

/** Hands a batch's predictions to the metrics that work on the host. Returns what they were given. */
export async function feedHostMetrics(
  steps: Steps,
  { y }: StepBatch,
  {
    predictions,
    weights = [],
  }: { readonly predictions?: readonly Tensor[]; readonly weights?: readonly (Tensor | null)[] },
): Promise<readonly HostBatch[]> {
  const { objectives } = steps;
  const fed: HostBatch[] = [];
  let at = 0;
  for (const [output, objective] of predictions ? objectives.entries() : []) {
    const metrics = hostMetricsOf(objective);
    const truth = y[output];
    const prediction = predictions![output]!;
    if (metrics.length === 0 || !truth) continue;
    const [truthData, data] = await Promise.all([truth.data(), prediction.data()]);
    const own: (HostArray | undefined)[] = [];
    for (const _ of metrics) own.push(await weights[at++]?.data());
    const specs = { truth: truth.spec, prediction: prediction.spec };
    const batch = { output, truth: truthData, prediction: data, specs, weights: own };
    replayHostMetrics(objectives, batch);
    steps.fed(batch);
    fed.push(batch);
  }
  return fed;
}

/** Hands metrics on the host what they were given once. */
export function replayHostMetrics(
  objectives: Steps['objectives'],
  { output, truth, prediction, specs, weights }: HostBatch,
): void {
  for (const [i, metric] of hostMetricsOf(objectives[output]!).entries()) {
    metric.updateHost(truth, prediction, specs, weights[i]);
  }
}

function hostMetricsOf({ metrics }: Steps['objectives'][number]): readonly HostMetric[] {
  return metrics.flatMap(({ metric }) => (isOnHost(metric) ? [metric] : []));
}

/** `loss` → `valLoss`. */
export function validationName(name: string): string {
  return `val${name[0]!.toUpperCase()}${name.slice(1)}`;
}

/** Logs under their validation names. */
export function asValidation(logs: Logs): Record<string, number> {
  return Object.fromEntries(Object.entries(logs).map(([name, value]) => [validationName(name), value]));
}
