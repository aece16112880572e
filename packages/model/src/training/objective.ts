// What is wanted of each output: losses, their weights and metrics, in the order of the outputs.
import { freeName } from '@nablajs/layers';
import type { Loss } from '@nablajs/losses';
import type { HostMetric, Metric, MetricInput } from '@nablajs/metrics';
import { ConfigError, isRecord } from '@nablajs/tensor';
import { type Places, perPlace } from '../topology/structure.ts';
import type { GivenCompilation, MetricsInput, TrainingSetup } from './compilation.ts';

/** A metric and the key under which it is reported. */
export interface Reported {
  readonly key: string;
  readonly metric: Metric | HostMetric;
  /** Whether samples count by their weights. */
  readonly isWeighted: boolean;
}

/** What is wanted of one output. */
export interface Objective {
  /** The output's name, where there are several. */
  readonly name: string | null;
  readonly loss: Loss | null;
  readonly weight: number;
  /** The key under which the loss is reported beside the total, with several of them. */
  readonly lossKey: string | null;
  readonly metrics: readonly Reported[];
}

/**
 * One objective per output. With several outputs, keys begin with the output's name: `digitLoss`, `digitAccuracy`.
 * @throws ConfigError for losses or metrics that do not go with the outputs
 */
export function objectivesOf(setup: TrainingSetup, given: GivenCompilation, places: Places): readonly Objective[] {
  const { names } = places;
  const losses = lossesOf(setup, places);
  const weights = weightsOf(given.lossWeights, places);
  const several = losses.filter((loss) => loss !== null).length > 1;
  const [plain, weighted] = [
    metricsOf('metrics', given.metrics, places),
    metricsOf('weightedMetrics', given.weightedMetrics, places),
  ];
  const taken = new Set(['loss']);
  const keyOf = (output: string, name: string): string => {
    const key = freeName(names.length > 1 ? outputKey(output, name) : name, taken);
    taken.add(key);
    return key;
  };
  return names.map((name, i): Objective => {
    const loss = losses[i]!;
    const lossKey = loss && several ? keyOf(name, 'loss') : null;
    const reported = (inputs: readonly MetricInput[], isWeighted: boolean): Reported[] =>
      inputs.map((input) => {
        const metric = setup.metricFrom(input, loss);
        return { key: keyOf(name, metric.name), metric, isWeighted };
      });
    const metrics = [...reported(plain[i]!, false), ...reported(weighted[i]!, true)];
    return { name: names.length > 1 ? name : null, loss, weight: weights[i]!, lossKey, metrics };
  });
}

/** `digit`, `loss` → `digitLoss`; `class_label`, `accuracy` → `classLabelAccuracy`. */
export function outputKey(output: string, name: string): string {
  const camel = output.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return `${camel}${name[0]!.toUpperCase()}${name.slice(1)}`;
}

function lossesOf({ loss }: TrainingSetup, places: Places): readonly (Loss | null)[] {
  const { names } = places;
  if (isRecord(loss)) return partial<Loss | null>('compile: loss', loss, places, null);
  if (loss === null) return names.map(() => null);
  return perPlace<Loss | null>('compile: loss', loss, places);
}

function weightsOf(weights: GivenCompilation['lossWeights'], places: Places): readonly number[] {
  if (weights === null) return places.names.map(() => 1);
  const found = Array.isArray(weights)
    ? perPlace<number>('compile: lossWeights', weights, { ...places, form: 'list' })
    : partial<number>('compile: lossWeights', weights as Record<string, number>, places, 1);
  const wrong = found.find((weight) => !Number.isFinite(weight));
  if (wrong === undefined) return found;
  throw new ConfigError(`compile: lossWeights must be numbers, got ${JSON.stringify(wrong)}.`);
}

function metricsOf(what: string, metrics: MetricsInput, places: Places): readonly (readonly MetricInput[])[] {
  const none: readonly MetricInput[] = [];
  const several = (item: MetricInput | readonly MetricInput[]): readonly MetricInput[] =>
    Array.isArray(item) ? item : [item as MetricInput];
  if (!Array.isArray(metrics)) {
    const given = metrics as Record<string, MetricInput | readonly MetricInput[]>;
    return partial<MetricInput | readonly MetricInput[]>(`compile: ${what}`, given, places, none).map(several);
  }
  if (metrics.length === 0) return places.names.map(() => none);
  if (places.names.length === 1) return [metrics.flatMap(several)];
  return perPlace<MetricInput | readonly MetricInput[]>(`compile: ${what}`, metrics, places).map(several);
}

/** A record in which outputs may be left out. */
function partial<T>(caller: string, given: Readonly<Record<string, T>>, places: Places, missing: T): readonly T[] {
  const complete = Object.fromEntries(places.names.map((name) => [name, given[name] ?? missing]));
  return perPlace<T>(caller, { ...complete, ...given }, places).map((item) => item ?? missing);
}
